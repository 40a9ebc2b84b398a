/** Ids of the policies that AWS keeps for every distribution. Source: CloudFront's developer guide, "Use managed policies". */

export const cachePolicies = {
  /** Managed-CachingDisabled. */
  disabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  /** Managed-CachingOptimized: by path and encoding alone. */
  optimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
} as const;

/**
 * Both send the viewer's Host on. CloudFront then asks the load balancer for a certificate of that name;
 * without Host it would ask for one of the load balancer's own, which nobody can have.
 */
export const originRequestPolicies = {
  /** Managed-AllViewer. */
  everything: "216adef6-5c7f-47e4-b989-5492eafa07d3",
  /** Managed-HostHeaderOnly: no cookie of one viewer has a part in what others get. */
  hostOnly: "bf0718e1-ba1e-49d1-88b1-f726733018ae",
} as const;

/** Managed-SecurityHeadersPolicy. */
export const securityHeaders = "67f7725c-6f97-4210-82d7-5512b31e9d03";
