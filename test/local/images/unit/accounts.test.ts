import assert from "node:assert/strict";
import { accountFiles } from "../../../../local/images/accounts.ts";

describe("the accounts of an image", () => {
  it("are root, nobody and the user of its pods, whose group has the same number", () => {
    assert.deepEqual(accountFiles({ name: "redis", id: 999 }), {
      "etc/passwd": {
        text:
          "root:x:0:0:root:/:/usr/sbin/nologin\n" +
          "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n" +
          "redis:x:999:999:redis:/:/usr/sbin/nologin\n",
      },
      "etc/group": { text: "root:x:0:\nnobody:x:65534:\nredis:x:999:\n" },
    });
  });

  it("name nobody once, whoever asks for that user", () => {
    assert.deepEqual(accountFiles({ name: "prometheus", id: 65_534 }), accountFiles());
  });
});
