import { loadModule } from "libpg-query";
import { LRUCache } from "lru-cache";
import { analyse, type Analysis } from "./analyse.ts";
import type { Functions } from "./functions.ts";

interface Entry {
  readonly analysis: Analysis;
  /** A replica has refused it. */
  refused: boolean;
  /** May go to a replica, concluded from the functions known at that generation. */
  readable: boolean;
  generation: number;
}

// Parsing costs about 2 µs a character and blocks the process; texts beyond have values written into them.
const longestText = 8192;
const refusedUnparsed: Analysis = { reads: false, functions: [], endsTransaction: false };

/** Remembers for each text where it may run; bounded by number and by characters. */
export class Statements {
  readonly #entries = new LRUCache<string, Entry>({
    max: 5000,
    maxSize: 8_000_000,
    sizeCalculation: (_entry, text) => text.length + 100,
  });
  readonly #functions: Functions;
  #parser = false;
  #loading: Promise<void> | undefined;

  constructor(functions: Functions) {
    this.#functions = functions;
  }

  /** Loads the parser, about 0.1 s once a process; until then every text belongs to the primary. */
  load(): Promise<void> {
    return (this.#loading ??= loadModule().then(() => {
      this.#parser = true;
    }));
  }

  /** True when the text can only read, as far as can be seen. One look-up for a text seen before. */
  readable(text: string): boolean {
    const entry = this.#entries.get(text) ?? this.#parse(text);
    if (entry === undefined) return false;
    if (entry.generation !== this.#functions.generation) this.#conclude(entry);
    return entry.readable;
  }

  /** A replica refused it before. */
  refused(text: string): boolean {
    return this.#entries.get(text)?.refused ?? false;
  }

  /** From now on it belongs to the primary, for as long as it is remembered. */
  refuse(text: string): void {
    const analysis = this.#entries.get(text)?.analysis ?? refusedUnparsed;
    const entry = { analysis, refused: true, readable: false, generation: this.#functions.generation };
    if (text.length <= longestText) this.#entries.set(text, entry);
  }

  /** False also for a text too long to be parsed. */
  endsTransaction(text: string): boolean {
    return (this.#entries.get(text) ?? this.#parse(text))?.analysis.endsTransaction ?? false;
  }

  #parse(text: string): Entry | undefined {
    if (!this.#parser || text.length > longestText) return undefined;
    const entry: Entry = { analysis: analyse(text), refused: false, readable: false, generation: -1 };
    this.#entries.set(text, entry);
    return entry;
  }

  #conclude(entry: Entry): void {
    const { reads, functions } = entry.analysis;
    entry.readable = reads && !entry.refused && this.#functions.allHarmless(functions);
    entry.generation = this.#functions.generation;
  }
}
