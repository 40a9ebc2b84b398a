import assert from "node:assert/strict";
import { InvalidationUnconfirmedError } from "../../../../runtime/src/cache/redis/invalidations.ts";
import { until } from "../../../support/until.ts";
import { FakeMember } from "../support/fakeMember.ts";

describe("invalidations at a member", () => {
  let member: FakeMember;
  const drop = (name: string) => ({ keys: [name], tags: [] });

  beforeEach(() => {
    member = new FakeMember();
  });

  it("never stand behind a WAIT, and share the next one", async () => {
    const gate = Promise.withResolvers<number>();
    member.answer = (name) => (name === "WAIT" ? gate.promise : 1);
    const invalidations = member.invalidations();
    const first = invalidations.drop(drop("first"));
    await until("one waits for the replica", () => member.count("WAIT") === 1);
    const others = Array.from({ length: 40 }, (_, index) => invalidations.drop(drop(`key-${index}`)));
    const put = invalidations.put("set", { text: "1", milliseconds: 1 });
    await until("all are carried out", () => member.count("EVALSHA") === 42);
    assert.equal(member.count("WAIT"), 1);
    gate.resolve(1);
    await Promise.all([first, ...others, put]);
    assert.equal(member.count("WAIT"), 2, "one for all that came meanwhile");
  });

  it("are marked behind the script that a member had to be sent in full", async () => {
    member.answer = (name) => {
      if (name === "EVALSHA") throw new Error("NOSCRIPT No matching script");
      return 1;
    };
    await member.invalidations().drop(drop("key"));
    assert.deepEqual(
      member.done.map((command) => command.split(" ")[0]),
      ["EVALSHA", "EVAL", "SET", "WAIT"],
    );
  });

  it("look at the members again when no replica has it in time", async () => {
    member.answer = (name) => (name === "WAIT" ? 0 : 1);
    const invalidations = member.invalidations();
    await invalidations.drop(drop("key"));
    assert.equal(member.refreshes, 1);
    assert.equal(invalidations.pending("key", []), false);
  });

  it("are not confirmed where the marker was refused", async () => {
    let refused = 1;
    member.answer = (name) => {
      if (name === "SET" && refused-- > 0) throw new Error("MOVED 1 other:1");
      return 1;
    };
    await member.invalidations().drop(drop("key"));
    assert.equal(member.count("EVALSHA"), 2);
  });

  it("need no marker of a member that is full", async () => {
    member.answer = (name) => {
      if (name === "SET") throw new Error("OOM command not allowed");
      return 1;
    };
    await member.invalidations().drop(drop("key"));
    assert.equal(member.count("EVALSHA"), 1);
  });

  for (const [what, script] of [
    ["is refused", () => Promise.reject(new Error("NOREPLICAS Not enough good replicas to write."))],
    ["hangs", () => new Promise(() => undefined)],
  ] as const)
    it(`fail in time and are repeated when the script ${what}`, async () => {
      let well = false;
      member.answer = (name) => (name === "EVALSHA" && !well ? script() : 1);
      const invalidations = member.invalidations(300);
      await assert.rejects(invalidations.drop(drop("key")), InvalidationUnconfirmedError);
      assert.equal(invalidations.pending("key", []), true);
      well = true;
      if (what === "hangs") return;
      await until("it is repeated", () => !invalidations.pending("key", []));
    });
});
