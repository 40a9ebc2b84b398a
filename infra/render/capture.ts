import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs, MockResourceResult } from "@pulumi/pulumi/runtime/mocks.js";
import { outputsOf } from "./outputs.ts";
import { markSecret, unwrap } from "./wire.ts";

export interface CapturedOptions {
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly dependsOn: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  /** Reference of the explicit provider, "" for a default one. */
  readonly provider: string;
}

/** A resource as the program registered it. */
export interface CapturedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** URN; "" for the stack itself. */
  readonly parent: string;
  /** False for a component. */
  readonly custom: boolean;
  /** Inputs with secrets in clear; `secretPaths` says which they are. */
  readonly props: Readonly<Record<string, unknown>>;
  readonly secretPaths: readonly string[];
  readonly opts: CapturedOptions;
}

type Outputs = (args: MockResourceArgs) => MockResourceResult | Promise<MockResourceResult>;

export interface CaptureOptions {
  readonly project?: string;
  readonly stack?: string;
  /** As in `pulumi preview`: outputs of resources are not known. */
  readonly preview?: boolean;
  /** Id and state of a resource; those that stand in for a provider's unless told. */
  readonly outputs?: Outputs;
}

export interface Captured<T> {
  readonly resources: readonly CapturedResource[];
  readonly result: T;
}

/**
 * Runs a program with no engine and no provider, and tells every resource that it registers, in order of registration.
 * One at a time: Pulumi's runtime is a global. Throws what the program throws, also in the background.
 */
export async function capture<T>(program: () => T, options: CaptureOptions = {}): Promise<Captured<T>> {
  const { project = "jobsprint", stack = "test", preview = false, outputs = outputsOf } = options;
  await pulumi.runtime.setMocks({ newResource: outputs, call: refuseCall }, project, stack, preview);
  const resources: CapturedResource[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  // The mocks themselves tell neither options nor parents.
  monitor.registerResource = (request, done) => {
    register(request, (error, response) => {
      if (response) {
        keepSecret(response, request.getAdditionalsecretoutputsList());
        resources.push(captured(request, response.getUrn()));
      }
      done(error, response);
    });
  };
  const failures: unknown[] = [];
  const note = (reason: unknown): void => void failures.push(reason);
  // Pulumi resolves inputs in the background: what fails there is nobody's await.
  process.on("unhandledRejection", note);
  try {
    const result = await pulumi.runtime.runInPulumiStack(() => Promise.resolve(program()));
    await pulumi.runtime.disconnect();
    if (failures.length > 0) throw failures[0];
    return { resources, result: result as T };
  } finally {
    process.off("unhandledRejection", note);
  }
}

function captured(request: Request, urn: string): CapturedResource {
  const { value, secretPaths } = unwrap(request.getObject().toJavaScript());
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    props: value as Record<string, unknown>,
    secretPaths,
    opts: {
      protect: request.getProtect(),
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      dependsOn: request.getDependenciesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      retainOnDelete: request.getRetainondelete(),
      deletedWith: request.getDeletedwith(),
      provider: request.getProvider(),
    },
  };
}

/** What an SDK declares secret, such as a generated password, the engine marks so; the mocks do not. */
function keepSecret(response: Response, names: readonly string[]): void {
  const object = response.getObject();
  if (object === undefined) return;
  const state = Object.entries(object.toJavaScript()).map(([key, value]) => {
    return [key, names.includes(key) ? markSecret(value) : value] as const;
  });
  // The class itself is not exported.
  const { fromJavaScript } = object.constructor as unknown as StructClass;
  response.setObject(fromJavaScript(Object.fromEntries(state)));
}

/** A program that asks a provider would be another one without it. */
function refuseCall({ token }: { token: string }): never {
  throw new Error(`the program calls ${token}, which needs a provider: take the value from the configuration`);
}

/** The part of Pulumi's generated request that is read here; its types are not exported. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): Struct;
  getProtect(): boolean;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getDependenciesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getRetainondelete(): boolean;
  getDeletedwith(): string;
  getProvider(): string;
}

interface Response {
  getUrn(): string;
  getObject(): Struct | undefined;
  setObject(object: Struct): void;
}

interface Struct {
  toJavaScript(): Record<string, unknown>;
}

interface StructClass {
  fromJavaScript: (values: Record<string, unknown>) => Struct;
}

interface Monitor {
  registerResource(request: Request, done: Done): void;
}

type Done = (error: unknown, response?: Response) => void;
