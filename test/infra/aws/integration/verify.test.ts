import assert from "node:assert/strict";
import { capture, type CapturedResource } from "../../../../infra/render/capture.ts";
import { awsSchema, tofuWorkspace, type TofuWorkspace } from "../../../../local/aws/workspace.ts";
import { awsOrSkip } from "../support/available.ts";
import { sampleProgram } from "../support/sample.ts";
import { parseSchema, type Schema } from "../support/schema.ts";
import { verify, type Verdict } from "../support/verify.ts";

type Props = Record<string, unknown>;

describe("the verdict of the real AWS provider", function () {
  this.timeout(600_000);
  let schema: Schema;
  let workspace: TofuWorkspace;
  let sample: readonly CapturedResource[];

  before(async function () {
    awsOrSkip(this);
    schema = parseSchema(await awsSchema());
    workspace = await tofuWorkspace();
    sample = (await capture(sampleProgram)).resources;
  });

  after(() => {
    // Absent where the suite was skipped.
    (workspace as TofuWorkspace | undefined)?.remove();
  });

  /** The sample with one resource's inputs changed. */
  function planted(name: string, change: (props: Props) => Props): Promise<Verdict> {
    const resources = sample.map((one) => (one.name === name ? { ...one, props: change(one.props) } : one));
    return verify(resources, schema, workspace);
  }

  it("plans a sample of every kind without an error", async () => {
    const { planned, expected, errors, warnings } = await verify(sample, schema, workspace);
    assert.deepEqual({ errors, warnings, planned }, { errors: [], warnings: [], planned: expected });
    assert.ok(expected >= 30, `the sample has only ${expected} resources`);
  });

  const without = (props: Props, key: string): Props =>
    Object.fromEntries(Object.entries(props).filter(([name]) => name !== key));

  const mistakes: readonly [string, string, (props: Props) => Props, RegExp][] = [
    [
      "a word that is not allowed",
      "eks",
      (props) => ({ ...props, accessConfig: { authenticationMode: "APPI" } }),
      /^eks: .*APPI/,
    ],
    [
      "two inputs that exclude each other",
      "db",
      (props) => ({ ...props, password: "a-secret-word" }),
      /^db: .*password.*manage_master_user_password|^db: .*manage_master_user_password.*password/,
    ],
    [
      "a required block that is missing",
      "edge-cdn",
      (props) => without(props, "defaultCacheBehavior"),
      /^edge-cdn: .*default_cache_behavior/,
    ],
    [
      "a number out of bounds",
      "db",
      (props) => ({ ...props, backupRetentionPeriod: 99 }),
      /^db: .*backup_retention_period/,
    ],
    [
      "a name that is too long",
      "edge-targets",
      (props) => ({ ...props, name: "a".repeat(33) }),
      /^edge-targets: .*32 characters/,
    ],
  ];
  for (const [what, name, change, error] of mistakes)
    it(`names ${what}`, async () => {
      const { errors } = await planted(name, change);
      assert.ok(
        errors.some((line) => error.test(line)),
        `not among: ${errors.join("\n")}`,
      );
      assert.doesNotMatch(errors.join("\n"), /a-secret-word/);
    });

  it("tells of what is out of date", async () => {
    const { errors, warnings } = await planted("net-bucket", (props) => ({ ...props, acl: "private" }));
    assert.deepEqual(errors, []);
    assert.match(warnings.join("\n"), /^net-bucket: .*deprecated/im);
  });
});
