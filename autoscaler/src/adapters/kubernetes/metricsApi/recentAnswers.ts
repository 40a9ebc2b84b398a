import { createHash } from "node:crypto";
import type { Clock } from "../../../ports/clock.ts";

/** Long enough for the HPA's calls of one sync, short enough that a right which was taken away is gone soon. */
const keptSeconds = 5;
/** Whoever asks with ever new names must not fill the memory. */
const maxAnswers = 1000;

/** Answers of the API server that hold for seconds; equal questions at the same time are one. */
export class RecentAnswers<Answer> {
  readonly #clock: Pick<Clock, "now">;
  readonly #answers = new Map<string, { readonly answer: Promise<Answer>; readonly at: number }>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Rejects as `ask` does; a failure is no answer and is not kept. */
  get(question: unknown, ask: () => Promise<Answer>): Promise<Answer> {
    const now = this.#clock.now();
    // A digest: the question may be a token, which belongs into no heap dump.
    const key = createHash("sha256").update(JSON.stringify(question)).digest("base64");
    const known = this.#answers.get(key);
    if (known !== undefined && Math.abs(now - known.at) < keptSeconds) return known.answer;
    const answer = ask();
    this.#answers.delete(key);
    this.#answers.set(key, { answer, at: now });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > maxAnswers && oldest !== undefined) this.#answers.delete(oldest);
    answer.catch(() => {
      if (this.#answers.get(key)?.answer === answer) this.#answers.delete(key);
    });
    return answer;
  }
}
