import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { routes, type Route } from "./routes.ts";

export type RouteName = keyof typeof routes;

export interface ListenersArgs {
  /** The load balancer that listens. */
  readonly loadBalancerArn: pulumi.Input<string>;
  /** Of the network. */
  readonly vpcId: pulumi.Input<string>;
  /** In the load balancer's region, for the domain that viewers ask for. */
  readonly certificateArn: pulumi.Input<string>;
  /** Time in which a target that leaves still gets answers through: less than its shutdown takes. */
  readonly deregistrationSeconds: number;
}

/** TLS 1.3, and 1.2 with forward secrecy. */
const sslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** A pod that fails is out after twenty seconds, before the readiness probe of a hung node would tell. */
const healthCheck = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 2, matcher: "200" } as const;

/** Which request goes to which pods. */
export class Listeners extends pulumi.ComponentResource {
  /** Known once a listener sends requests there: only then are pods registered and checked. */
  readonly targetGroupArns: Readonly<Record<RouteName, pulumi.Output<string>>>;

  constructor(name: string, args: ListenersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jobsprint:edge:Listeners", name, args, opts);
    const { loadBalancerArn } = args;
    const parent = { parent: this };
    const frontend = this.#targetGroup(name, routes.frontend, args);
    const listener = new aws.lb.Listener(
      `${name}-https`,
      {
        loadBalancerArn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy,
        certificateArn: args.certificateArn,
        defaultActions: [{ type: "forward", targetGroupArn: frontend.arn }],
      },
      parent,
    );
    // Nothing is let in on this port; whoever opens it one day gets no answer without encryption.
    new aws.lb.Listener(
      `${name}-http`,
      {
        loadBalancerArn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
      },
      parent,
    );
    const rule = (route: Route, priority: number): pulumi.Output<string> => {
      const group = this.#targetGroup(name, route, args);
      const { id } = new aws.lb.ListenerRule(
        `${name}-${route.workload}`,
        {
          listenerArn: listener.arn,
          // Tens, so that another rule fits between without moving any.
          priority,
          conditions: [{ pathPattern: { values: [...route.paths] } }],
          actions: [{ type: "forward", targetGroupArn: group.arn }],
        },
        parent,
      );
      return pulumi.all([group.arn, id]).apply(([arn]) => arn);
    };
    this.targetGroupArns = {
      apiGateway: rule(routes.apiGateway, 10),
      workflowWebhook: rule(routes.workflowWebhook, 20),
      frontend: pulumi.all([frontend.arn, listener.id]).apply(([arn]) => arn),
    };
    this.registerOutputs({ targetGroupArns: this.targetGroupArns });
  }

  #targetGroup(name: string, route: Route, args: ListenersArgs): aws.lb.TargetGroup {
    return new aws.lb.TargetGroup(
      `${name}-${route.workload}`,
      {
        // A name of its own each time, so that a new group can stand beside the old one that it replaces.
        namePrefix: "jobs-",
        vpcId: args.vpcId,
        targetType: "ip",
        port: route.port,
        protocol: "HTTP",
        loadBalancingAlgorithmType: "round_robin",
        deregistrationDelay: args.deregistrationSeconds,
        healthCheck: { ...healthCheck, enabled: true, protocol: "HTTP", path: route.healthPath },
        tags: { Name: route.workload },
      },
      { parent: this },
    );
  }
}
