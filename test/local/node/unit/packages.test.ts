import assert from "node:assert/strict";
import { missingPackages } from "../../../../local/node/packages.ts";

// The CNI plugins are found by their folder, whatever the other programs.
const others = (isThere: (program: string) => boolean): string[] =>
  missingPackages(isThere).filter((name) => name !== "containernetworking-plugins");

describe("the packages a node needs", () => {
  const cases = [
    { title: "none where all programs are there", lacks: [], missing: [] },
    { title: "neither containerd nor runc beside a Docker engine's own", lacks: ["nft"], missing: ["nftables"] },
    { title: "what makes certificates", lacks: ["openssl"], missing: ["openssl"] },
    { title: "those of several programs", lacks: ["containerd", "ip"], missing: ["containerd", "iproute2"] },
  ];
  for (const { title, lacks, missing } of cases)
    it(title, () => {
      assert.deepEqual(
        others((program) => !lacks.includes(program)),
        missing,
      );
    });
});
