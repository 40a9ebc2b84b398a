import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** What a sample varies. */
export interface SampleArgs {
  /** GiB of the database's disk. */
  storageGi: number;
  /** Moves the database to another engine, which no database survives. */
  engine: string;
}

/** A small program of the shape the platform has: two providers, a component, a database that is protected, a Secret. */
export function sampleProgram({ storageGi, engine }: SampleArgs): pulumi.automation.PulumiFn {
  return () => {
    const cloud = new aws.Provider("cloud", { region: "eu-central-1" });
    const cluster = new kubernetes.Provider("cluster", { kubeconfig: pulumi.secret("{}") });
    const providers = { aws: cloud, kubernetes: cluster };
    const data = new pulumi.ComponentResource("jobsprint:data:Sample", "data", {}, { providers });
    const password = new random.RandomPassword(
      "data-password",
      { length: 32 },
      { parent: data, provider: generator() },
    );
    const database = new aws.rds.Instance(
      "data-postgres",
      {
        engine,
        instanceClass: "db.m7g.large",
        allocatedStorage: storageGi,
        password: password.result,
        username: "jobsprint",
        skipFinalSnapshot: true,
      },
      { parent: data, protect: true },
    );
    new kubernetes.core.v1.Secret(
      "data-secret",
      { stringData: { url: pulumi.interpolate`postgres://jobsprint:${password.result}@${database.endpoint}/` } },
      { parent: data },
    );
    return Promise.resolve({ storageGi });
  };
}

function generator(): random.Provider {
  return new random.Provider("generator");
}
