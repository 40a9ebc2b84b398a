import assert from "node:assert/strict";
import { endOfRecords, formatPosition, parsePosition } from "../../../../runtime/src/database/servers/lsn.ts";

describe("the end of the last record in the log", () => {
  const sizes = { page: 8192n, segment: 16_777_216n };
  for (const { name, insert, end } of [
    { name: "is the insert position within a page", insert: "0/3000148", end: "0/3000148" },
    { name: "is the page's start where only its header stands", insert: "0/3002018", end: "0/3002000" },
    { name: "is the file's start where only its header stands", insert: "0/4000028", end: "0/4000000" },
    { name: "is behind the rest of a record on a new page", insert: "0/3002028", end: "0/3002028" },
    { name: "follows in a log beyond 4 GB too", insert: "A/3002018", end: "A/3002000" },
  ])
    it(name, () => {
      assert.equal(formatPosition(endOfRecords(parsePosition(insert), sizes)), end);
    });
});
