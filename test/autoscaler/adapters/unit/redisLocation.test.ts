import assert from "node:assert/strict";
import { describeError, parseUrls } from "../../../../autoscaler/src/adapters/redis/location.ts";

describe("the content of a Redis URL file", () => {
  it("holds one URL or several", () => {
    const names = (text: string) => parseUrls(text).map((location) => location.name);
    assert.deepEqual(names("redis://h:6379/2\n"), ["h:6379"]);
    assert.deepEqual(names("rediss://u:p@a:1, rediss://u:p@b:2\nrediss://u:p@[::1]:3"), ["a:1", "b:2", "[::1]:3"]);
  });

  for (const text of ["", " \n", "http://u:secret@h", "h:6379"]) {
    it(`is refused without being repeated: ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseUrls(text),
        (error: Error) => error.message.startsWith("the Redis URL") && !error.message.includes("secret"),
      );
    });
  }

  it("never shows in an error", () => {
    const locations = parseUrls("redis://u:p%40ss@h:1");
    const error = new Error("cannot reach redis://u:p%40ss@h:1 with p@ss");
    assert.equal(describeError(error, locations), "cannot reach redis://h:1 with ***");
  });
});
