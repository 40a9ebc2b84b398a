import assert from "node:assert/strict";
import { parts, usualParts } from "../../../local/buildParts.ts";

describe("what a build without names makes", () => {
  it("is all but the AWS provider as root, each program before the images that hold it", () => {
    const { names, leftOut } = usualParts(true);
    assert.deepEqual(
      Object.keys(parts).filter((name) => !names.includes(name)),
      ["aws"],
    );
    assert.ok(names.indexOf("images") > names.indexOf("cluster"));
    assert.equal(leftOut, undefined);
  });

  it("is what needs no root without it, and one line tells the rest", () => {
    const { names, leftOut } = usualParts(false);
    assert.deepEqual(names, ["kubernetes", "pulumi"]);
    assert.equal(leftOut, "without root not built: servers, cluster, images; what runs on them needs root");
  });
});
