import type { V1Container, V1ContainerStateTerminated, V1ContainerStatus } from "@kubernetes/client-node";
import { ranks, type Trouble } from "./trouble.ts";

/** Reasons by which a kubelet says that it has no image. */
const noImage = ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError"];

/** Reasons for which a container cannot begin, each with a message that says why. */
const notCreated = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError"];

/** What is known of one container. */
export interface ContainerView {
  readonly status: V1ContainerStatus;
  /** Its part of the pod's spec. */
  readonly spec: V1Container | undefined;
  readonly init: boolean;
  /** Messages of its failed probes, the newest last. */
  readonly probes: readonly string[];
}

/** Why a container is not well; undefined when it is. */
export function containerTrouble(view: ContainerView): Trouble | undefined {
  if (isWell(view)) return undefined;
  return cannotBegin(view) ?? hasEnded(view) ?? runs(view);
}

function isWell({ status, init }: ContainerView): boolean {
  return init ? status.state?.terminated?.exitCode === 0 : status.ready;
}

function cannotBegin({ status, init }: ContainerView): Trouble | undefined {
  const reason = status.state?.waiting?.reason ?? "";
  const message = status.state?.waiting?.message;
  const said = message === undefined ? "" : `: ${message}`;
  const name = named(status, init);
  if (noImage.includes(reason)) {
    return { rank: ranks.image, sentence: `${name} does not get its image ${status.image}: ${reason}${said}` };
  }
  if (notCreated.includes(reason)) {
    return { rank: ranks.configuration, sentence: `${name} cannot be started: ${reason}${said}` };
  }
  return undefined;
}

function hasEnded(view: ContainerView): Trouble | undefined {
  const { status, init } = view;
  const end = status.state?.terminated ?? status.lastState?.terminated;
  if (end === undefined) return undefined;
  const restarts = status.restartCount === 0 ? "" : `, ${status.restartCount} restarts`;
  const sentence = `${named(status, init)} ${howItEnded(end, view)}${restarts}${killingProbe(view)}`;
  // The log of the end: of this container while none has followed it.
  const log = { container: status.name, previous: status.state?.terminated === undefined };
  return { rank: ranks.crash, sentence, log };
}

function howItEnded({ reason, signal = 0, exitCode }: V1ContainerStateTerminated, { spec }: ContainerView): string {
  if (reason === "OOMKilled") {
    const limit = spec?.resources?.limits?.["memory"];
    return `was OOMKilled at its memory limit${limit === undefined ? "" : ` of ${limit}`}`;
  }
  const how = signal === 0 ? `exit code ${exitCode}` : `signal ${signal}`;
  return `ended with ${how}${reason === undefined ? "" : ` (${reason})`}`;
}

/** A probe that killed it explains an end; one for readiness kills nobody. */
function killingProbe({ probes }: ContainerView): string {
  const probe = probes.filter((one) => !one.startsWith("Readiness")).at(-1);
  return probe === undefined ? "" : `: ${probe}`;
}

function runs({ status, init, probes }: ContainerView): Trouble {
  const running = status.state?.running;
  const waiting = status.state?.waiting;
  const name = named(status, init);
  const log = { container: status.name, previous: false };
  if (running === undefined) {
    return { rank: ranks.starting, sentence: `${name} waits: ${waiting?.reason ?? "it has not been created"}` };
  }
  if (init) return { rank: ranks.init, sentence: `${name} has not finished`, log };
  const [probe] = probes.slice(-1);
  const said = probe ?? (status.started === false ? "its startup probe has not passed" : "no probe has passed yet");
  return { rank: ranks.probe, sentence: `${name} runs but is not ready: ${said}`, log };
}

const named = ({ name }: V1ContainerStatus, init: boolean): string =>
  `${init ? "init container" : "container"} ${name}`;
