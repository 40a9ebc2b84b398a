import assert from "node:assert/strict";
import fc from "fast-check";
import { pino } from "pino";
import { executionStarter } from "../../../../services/api-gateway/src/executions/startExecution.ts";
import { fakeExecutions } from "../support/fakeExecutions.ts";

const request = { id: "key", workflowId: "workflow", userId: "user", input: {}, urgent: false };
const { signal } = new AbortController();

/** `unheard`: the broker has it, and its confirm does not come. */
const outcome = fc.constantFrom("confirmed", "lost", "unheard");

describe("an execution that several pods are asked for with one key", function () {
  this.timeout(120_000);

  it("is done when any of them has answered 202, in whatever order their steps come", async () => {
    const given = fc.record({
      scheduler: fc.scheduler(),
      outcomes: fc.array(outcome, { minLength: 1, maxLength: 6 }),
      pods: fc.integer({ min: 2, max: 4 }),
      turnsOfWorker: fc.nat(4),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ scheduler, outcomes, pods, turnsOfWorker }) => {
        const turn = (step: string): Promise<void> => scheduler.schedule(Promise.resolve(), step);
        const { store, rows, messages, work } = fakeExecutions(turn);
        let published = 0;
        const publish = async (): Promise<void> => {
          const outcome = outcomes[published++] ?? "confirmed";
          await turn("sent");
          if (outcome !== "lost") messages.push(request.id);
          await turn(outcome);
          if (outcome !== "confirmed") throw new Error("timeout");
        };
        const options = { store, queue: { publish }, logger: pino({ level: "silent" }), publishSeconds: 60 };
        const asked = Array.from({ length: pods }, async () => {
          await turn("asked");
          return executionStarter(options)(request, signal);
        });
        const worked = Array.from({ length: turnsOfWorker }, () => turn("worker").then(work));
        const answers = await scheduler.waitFor(Promise.allSettled(asked));
        await scheduler.waitFor(Promise.all(worked));
        while (messages.length > 0) work();
        const taken = answers.some(({ status }) => status === "fulfilled");
        const row = rows.get(request.id);
        assert.equal(row?.begun === true || !taken, true, "answered 202 and lost");
        // Refused by all: the caller sees an end, unless a worker was faster.
        if (!taken) assert.notEqual(row?.status, "pending");
      }),
      { numRuns: 1000 },
    );
  });
});
