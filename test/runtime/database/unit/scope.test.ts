import assert from "node:assert/strict";
import { Scope, Scopes } from "../../../../runtime/src/database/scope.ts";

describe("a scope", () => {
  const asking = (...positions: bigint[]) => {
    let asked = 0;
    const ask = (): Promise<bigint> => Promise.resolve(positions[asked++] ?? -1n);
    return { ask, asked: () => asked };
  };

  it("needs nothing before a write", () => {
    const { ask, asked } = asking(1n);
    assert.equal(new Scope().needed(ask), undefined);
    assert.equal(asked(), 0);
  });

  it("asks once after a write, whatever many reads follow", async () => {
    const scope = new Scope();
    const { ask, asked } = asking(7n);
    scope.wrote();
    assert.equal(asked(), 0);
    assert.deepEqual(await Promise.all([scope.needed(ask), scope.needed(ask)]), [7n, 7n]);
    assert.equal(asked(), 1);
  });

  it("does not take an answer from before another write", async () => {
    const scope = new Scope();
    const { ask } = asking(7n, 9n);
    scope.wrote();
    const before = scope.needed(ask);
    scope.wrote();
    assert.deepEqual([await before, await scope.needed(ask)], [7n, 9n]);
  });

  it("asks again after a question without an answer", async () => {
    const scope = new Scope();
    scope.wrote();
    await assert.rejects(Promise.resolve(scope.needed(() => Promise.reject(new Error("no primary")))), /no primary/);
    assert.equal(await scope.needed(asking(3n).ask), 3n);
  });

  it("keeps the further of what it was handed and what it wrote", async () => {
    const scope = new Scope();
    scope.startAfter("0/9");
    scope.startAfter("0/5");
    assert.equal(await scope.needed(asking().ask), 9n);
    scope.wrote();
    assert.equal(await scope.needed(asking(4n).ask), 9n);
  });

  it("asks for each question while a connection is lent that may write", async () => {
    const scope = new Scope();
    const { ask } = asking(7n, 9n, 11n);
    scope.lend();
    assert.equal(scope.lends, true);
    assert.deepEqual([await scope.needed(ask), await scope.needed(ask)], [7n, 9n]);
    scope.returned();
    assert.equal(scope.lends, false);
    assert.deepEqual([await scope.needed(ask), await scope.needed(ask)], [11n, 11n]);
  });

  it("is the same within another, and not another request's", async () => {
    const scopes = new Scopes();
    const { ask } = asking(16n);
    const position = await scopes.run(async () => {
      scopes.run(() => scopes.current?.wrote());
      await Promise.resolve();
      return scopes.position(ask);
    });
    assert.equal(position, "0/10");
    assert.equal(await scopes.run(() => scopes.position(ask)), undefined);
    assert.equal(scopes.current, undefined);
  });
});
