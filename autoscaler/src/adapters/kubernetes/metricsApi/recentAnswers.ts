import { createHash } from "node:crypto";
import type { Clock } from "../../../ports/clock.ts";
import { Refusal } from "./status.ts";

/** Long enough for the HPA's calls of one sync, short enough that a right which was taken away is gone soon. */
const keptSeconds = 5;
/** Whoever asks with ever new names must not fill the memory. */
const maxAnswers = 1000;
/** Nor the API server's time. The HPA needs one at a time. */
const maxUnderWay = 16;

/** Answers of the API server that hold for seconds; equal questions at the same time are one. */
export class RecentAnswers<Answer> {
  readonly #clock: Pick<Clock, "now">;
  #underWay = 0;
  readonly #answers = new Map<string, { readonly answer: Promise<Answer>; readonly at: number }>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Rejects as `ask` does, and with a Refusal while too many are asked; a failure is no answer and is not kept. */
  async get(question: unknown, ask: () => Promise<Answer>): Promise<Answer> {
    const now = this.#clock.now();
    // A digest: the question may be a token, which belongs into no heap dump.
    const key = createHash("sha256").update(JSON.stringify(question)).digest("base64");
    const known = this.#answers.get(key);
    if (known !== undefined && Math.abs(now - known.at) < keptSeconds) return known.answer;
    if (this.#underWay >= maxUnderWay) throw new Refusal("ServiceUnavailable", "too many requests are under review");
    this.#underWay += 1;
    const answer = ask().finally(() => (this.#underWay -= 1));
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
