import assert from "node:assert/strict";
import type { Context } from "../../../../runtime/src/database/context.ts";
import {
  ConnectionLostError,
  NoConnectionError,
  OutcomeUnknownError,
} from "../../../../runtime/src/database/errors.ts";
import { Scopes } from "../../../../runtime/src/database/scope.ts";
import { TransactionRun } from "../../../../runtime/src/database/transactionRun.ts";

/** A database whose primary takes everything, or whatever `acquire` says. */
function contextOf(acquire?: () => Promise<never>): Context {
  const client = { getTransactionStatus: () => "T" };
  const lease = {
    client,
    run: ({ text }: { text: string }) => Promise.resolve({ command: text }),
    release: () => undefined,
  };
  let time = 0;
  return {
    primary: { role: "primary", acquire: acquire ?? (() => Promise.resolve(lease)) },
    ...{ replicas: [], scopes: new Scopes(), limits: { retrySeconds: 5 }, now: () => (time += 0.5) },
    statements: { load: () => Promise.resolve(), endsTransaction: () => false },
  } as unknown as Context;
}

const run = <Result>(context: Context, work: () => Promise<Result>): Promise<Result> =>
  new TransactionRun(context, work, {}).run();

describe("a transaction", () => {
  it("does not run again after a write of unknown outcome, however the work wraps it", async () => {
    let runs = 0;
    const cause = new OutcomeUnknownError("a write", new ConnectionLostError("primary", new Error("reset")));
    const work = (): Promise<never> => {
      runs += 1;
      return Promise.reject(new Error("charging failed", { cause }));
    };
    await assert.rejects(run(contextOf(), work), /charging failed/);
    assert.equal(runs, 1);
  });

  it("tries again only by its own time while there is no connection", async () => {
    let attempts = 0;
    const failing = (): Promise<never> => {
      attempts += 1;
      return Promise.reject(new NoConnectionError("primary", new Error("refused")));
    };
    await assert.rejects(
      run(contextOf(failing), () => Promise.resolve()),
      NoConnectionError,
    );
    // A clock of half a second a look and five seconds: attempts within attempts would be the square.
    assert.ok(attempts > 2 && attempts <= 11, String(attempts));
  });

  it("may be begun by what its work left running, once it is over", async () => {
    const context = contextOf();
    const over = Promise.withResolvers<undefined>();
    let later: Promise<string> | undefined;
    await run(context, () => {
      later = over.promise.then(() => run(context, () => Promise.resolve("fine")));
      return Promise.resolve();
    });
    over.resolve(undefined);
    assert.equal(await later, "fine");
  });

  it("may stand within that of another database, but not within its own", async () => {
    const [one, other] = [contextOf(), contextOf()];
    assert.equal(await run(one, () => run(other, () => Promise.resolve("fine"))), "fine");
    const around = run(one, () => run(other, () => run(one, () => Promise.resolve())));
    await assert.rejects(around, /use the one it was given/);
  });
});
