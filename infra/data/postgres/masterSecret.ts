import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { masterUser } from "./databaseEndpoints.ts";

export interface MasterSecretArgs {
  /** Of the database. */
  readonly identifier: string;
  /** Of the key that encrypts data and credential. */
  readonly keyArn: pulumi.Input<string>;
  /** Pulumi refuses to delete the secret. */
  readonly protect: boolean;
}

/** 190 bits of letters and digits: RDS refuses some of the other characters. */
const passwordLength = 32;

/** Time to change one's mind about a deleted secret, days. */
const recoveryWindowInDays = 7;

/**
 * The superuser's credential in Secrets Manager, in the shape that RDS would give it. RDS itself keeps none for a primary
 * with read replicas (RDS User Guide, "Limitations for Secrets Manager integration"), so that nobody rotates this one.
 */
export class MasterSecret extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: MasterSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:data:MasterSecret", name, args, opts);
    const parent = { parent: this };
    const { identifier, keyArn, protect } = args;
    const generated = new random.RandomPassword(
      `${name}-password`,
      { length: passwordLength, special: false, minLower: 1, minUpper: 1, minNumeric: 1 },
      parent,
    );
    const secret = new aws.secretsmanager.Secret(
      `${name}-secret`,
      // A prefix, because a deleted secret keeps its name until it is gone.
      { namePrefix: `rds/${identifier}-`, kmsKeyId: keyArn, recoveryWindowInDays },
      { ...parent, protect },
    );
    const version = new aws.secretsmanager.SecretVersion(
      `${name}-version`,
      {
        secretId: secret.id,
        secretString: pulumi.jsonStringify({ username: masterUser, password: generated.result }),
      },
      parent,
    );
    this.password = generated.result;
    // Whoever reads it finds a value in it.
    this.arn = pulumi.all([secret.arn, version.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}
