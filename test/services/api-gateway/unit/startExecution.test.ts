import assert from "node:assert/strict";
import { pino } from "pino";
import { executionStarter } from "../../../../services/api-gateway/src/executions/startExecution.ts";
import { fakeExecutions } from "../support/fakeExecutions.ts";

const request = { id: "key", workflowId: "workflow", userId: "user", input: {}, urgent: false };

type Pod = "first" | "second";
/** Something happens to one pod, or the worker takes a message; `confirms`: the broker has it and says so. */
type Step = `${Pod} ${"asks" | "confirms" | "times out" | "writes"}` | "worker";

type Gate = ReturnType<typeof newGate>;
const newGate = () => Promise.withResolvers<undefined>();

/** Two pods whose publishing ends, and whose next statement after that runs, when a step says so. */
function twoPods() {
  const fake = fakeExecutions();
  const pod = () => {
    const publishes: Gate[] = [];
    const writes: Gate[] = [];
    const held = async (): Promise<void> => {
      const gate = newGate();
      writes.push(gate);
      await gate.promise;
    };
    const store: typeof fake.store = {
      ...fake.store,
      confirm: (...args) => held().then(() => fake.store.confirm(...args)),
      failUnqueued: (...args) => held().then(() => fake.store.failUnqueued(...args)),
    };
    const publish = async (): Promise<void> => {
      const gate = newGate();
      publishes.push(gate);
      await gate.promise;
    };
    const start = executionStarter({
      store,
      queue: { publish },
      logger: pino({ level: "silent" }),
      publishSeconds: 60,
    });
    return { start, publishes, writes, answer: undefined as Promise<string> | undefined };
  };
  return { ...fake, pods: { first: pod(), second: pod() } };
}

// Promises of the fake settle within one turn of the event loop.
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a start that is asked for at two pods with one key", () => {
  const cases: { what: string; steps: Step[]; answers: [string, string]; status: string }[] = [
    {
      what: "is not failed by a pod once another one has its confirm",
      steps: ["first asks", "second asks", "second confirms", "second writes", "first times out", "first writes"],
      answers: ["pending", "pending"],
      status: "running",
    },
    {
      what: "is published again when the failure comes between a confirm and its row",
      steps: [
        ...(["first asks", "second asks", "second confirms", "first times out", "first writes", "worker"] as const),
        ...(["second writes", "second confirms", "second writes"] as const),
      ],
      answers: ["503", "pending"],
      status: "running",
    },
    {
      what: "is not kept by the confirm of an attempt that has failed and was opened again",
      steps: [
        ...(["first asks", "first confirms", "second asks", "second times out", "second writes", "worker"] as const),
        ...(["second asks", "first writes", "second times out", "second writes"] as const),
        ...(["first times out", "first writes"] as const),
      ],
      answers: ["503", "503"],
      status: "failed",
    },
    {
      what: "is answered 202 by the pod that timed out when a worker has begun it",
      steps: [
        "first asks",
        "second asks",
        "second confirms",
        "worker",
        "first times out",
        "first writes",
        "second writes",
      ],
      answers: ["running", "pending"],
      status: "running",
    },
    {
      what: "is answered 503 by both when no queue took it",
      steps: ["first asks", "second asks", "first times out", "first writes", "second times out", "second writes"],
      answers: ["503", "503"],
      status: "failed",
    },
    {
      what: "is not published again by a repeated request once a queue has it",
      steps: ["first asks", "first confirms", "first writes", "second asks"],
      answers: ["pending", "pending"],
      status: "running",
    },
  ];
  for (const { what, steps, answers, status } of cases)
    it(what, async () => {
      const { pods, messages, rows, work } = twoPods();
      const take = (step: Step): void => {
        if (step === "worker") {
          work();
          return;
        }
        const [name, ...words] = step.split(" ") as [Pod, ...string[]];
        const pod = pods[name];
        const action = words.join(" ");
        if (action === "asks")
          pod.answer = pod.start(request, new AbortController().signal).then(
            (started) => started.status,
            () => "503",
          );
        if (action === "confirms") {
          messages.push(request.id);
          pod.publishes.shift()!.resolve(undefined);
        }
        if (action === "times out") pod.publishes.shift()!.reject(new Error("timeout"));
        if (action === "writes") pod.writes.shift()!.resolve(undefined);
      };
      for (const step of steps) {
        take(step);
        await settle();
      }
      assert.deepEqual(await Promise.all([pods.first.answer, pods.second.answer]), answers);
      while (messages.length > 0) work();
      assert.equal(rows.get(request.id)?.status, status);
    });
});
