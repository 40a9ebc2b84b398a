import assert from "node:assert/strict";
import { scramVerifier } from "../../../../runtime/src/schema/scramVerifier.ts";

describe("the SCRAM verifier", () => {
  // RFC 7677, section 3: user "user", password "pencil"; the server's signature there follows from this ServerKey.
  it("is that of RFC 7677's example", () => {
    const salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
    assert.equal(
      scramVerifier("pencil", Buffer.from(salt, "base64")),
      `SCRAM-SHA-256$4096:${salt}$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=`,
    );
  });
});
