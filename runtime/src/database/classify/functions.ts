// PostgreSQL counts them as volatile because each call gives another value; they change nothing and keep nothing.
const harmless = [
  // Random values. setseed is session state and stays out.
  ...["random", "random_normal", "gen_random_uuid", "uuidv4", "uuidv7", "gen_random_bytes", "uuid_generate_v4"],
  // The clock and a wait.
  ...["clock_timestamp", "timeofday", "pg_sleep"],
];

/**
 * Names of functions of which every overload, in whatever schema, is stable, immutable or one of the harmless. Only
 * PostgreSQL's own and those of extensions count as harmless by name: anybody may write a function called random.
 */
export const harmlessFunctionsQuery = `select proname::text as name from pg_catalog.pg_proc
group by proname having bool_and(provolatile <> 'v' or proname::text = any ('{${harmless.join(",")}}')
  and prolang in (select oid from pg_catalog.pg_language where lanname in ('internal', 'c')))`;

/** Knows which functions a replica may run. Until it is told, none. */
export class Functions {
  #known: ReadonlySet<string> = new Set();
  #asked = false;
  /** Grows with each answer, so that what was concluded from an older one can be told. */
  generation = 0;

  /** Takes the answer to harmlessFunctionsQuery. */
  learn(names: readonly string[]): void {
    this.#known = new Set(names);
    this.generation += 1;
    this.#asked = false;
  }

  /** All are known and harmless. A name not known asks for another look at the catalog. */
  allHarmless(names: readonly string[]): boolean {
    const missing = names.some((name) => !this.#known.has(name));
    if (missing) this.#asked = true;
    return !missing;
  }

  /** There was no answer yet, or a statement named a function that may have been made since. */
  get wantsAnswer(): boolean {
    return this.generation === 0 || this.#asked;
  }
}
