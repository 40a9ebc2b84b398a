import assert from "node:assert/strict";
import { PodAccount } from "../../../../local/demo/podAccount.ts";

describe("PodAccount", () => {
  it("tells the time to Ready of those that it has seen before, once each", () => {
    const account = new PodAccount();
    const see = (name: string, ready: boolean): void => {
      account.present({ name, ready, restarts: 0 });
    };
    see("was there", true);
    see("starts", false);
    see("never ready", false);
    see("starts", true);
    see("starts", false);
    see("starts", true);
    assert.equal(account.readiness().length, 1);
    assert.equal(account.ready(), 2);
  });
});
