import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { attachFirewall as awsCloudfrontAttachFirewall } from "./aws/cloudfront/attachFirewall.ts";
import { controlOriginAccess as awsCloudfrontControlOriginAccess } from "./aws/cloudfront/controlOriginAccess.ts";
import { encryptOrigins as awsCloudfrontEncryptOrigins } from "./aws/cloudfront/encryptOrigins.ts";
import { encryptViewers as awsCloudfrontEncryptViewers } from "./aws/cloudfront/encryptViewers.ts";
import { logRequests as awsCloudfrontLogRequests } from "./aws/cloudfront/logRequests.ts";
import { requireModernTls as awsCloudfrontRequireModernTls } from "./aws/cloudfront/requireModernTls.ts";
import { denyOpenIngress as awsEc2DenyOpenIngress } from "./aws/ec2/denyOpenIngress.ts";
import { denyPublicAddress as awsEc2DenyPublicAddress } from "./aws/ec2/denyPublicAddress.ts";
import { describeIngress as awsEc2DescribeIngress } from "./aws/ec2/describeIngress.ts";
import { encryptNodeVolumes as awsEc2EncryptNodeVolumes } from "./aws/ec2/encryptNodeVolumes.ts";
import { encryptVolumes as awsEc2EncryptVolumes } from "./aws/ec2/encryptVolumes.ts";
import { logFlows as awsEc2LogFlows } from "./aws/ec2/logFlows.ts";
import { requireImdsV2 as awsEc2RequireImdsV2 } from "./aws/ec2/requireImdsV2.ts";
import { freezeTags as awsEcrFreezeTags } from "./aws/ecr/freezeTags.ts";
import { scanImages as awsEcrScanImages } from "./aws/ecr/scanImages.ts";
import { authenticateByApi as awsEksAuthenticateByApi } from "./aws/eks/authenticateByApi.ts";
import { encryptSecrets as awsEksEncryptSecrets } from "./aws/eks/encryptSecrets.ts";
import { logControlPlane as awsEksLogControlPlane } from "./aws/eks/logControlPlane.ts";
import { preventDeletion as awsEksPreventDeletion } from "./aws/eks/preventDeletion.ts";
import { restrictEndpoint as awsEksRestrictEndpoint } from "./aws/eks/restrictEndpoint.ts";
import { useLaunchTemplate as awsEksUseLaunchTemplate } from "./aws/eks/useLaunchTemplate.ts";
import { denyAccessKeys as awsIamDenyAccessKeys } from "./aws/iam/denyAccessKeys.ts";
import { denyAdministrator as awsIamDenyAdministrator } from "./aws/iam/denyAdministrator.ts";
import { denyWildcards as awsIamDenyWildcards } from "./aws/iam/denyWildcards.ts";
import { rotateKeys as awsKmsRotateKeys } from "./aws/kms/rotateKeys.ts";
import { waitBeforeDeletion as awsKmsWaitBeforeDeletion } from "./aws/kms/waitBeforeDeletion.ts";
import { dropInvalidHeaders as awsLbDropInvalidHeaders } from "./aws/lb/dropInvalidHeaders.ts";
import { logAccess as awsLbLogAccess } from "./aws/lb/logAccess.ts";
import { preventDeletion as awsLbPreventDeletion } from "./aws/lb/preventDeletion.ts";
import { redirectHttp as awsLbRedirectHttp } from "./aws/lb/redirectHttp.ts";
import { requireModernTls as awsLbRequireModernTls } from "./aws/lb/requireModernTls.ts";
import { limitRetention as awsLogsLimitRetention } from "./aws/logs/limitRetention.ts";
import { protectData as awsProtectData } from "./aws/protectData.ts";
import { denyPublicAccess as awsRdsDenyPublicAccess } from "./aws/rds/denyPublicAccess.ts";
import { encryptPerformanceInsights as awsRdsEncryptPerformanceInsights } from "./aws/rds/encryptPerformanceInsights.ts";
import { encryptStorage as awsRdsEncryptStorage } from "./aws/rds/encryptStorage.ts";
import { forceTls as awsRdsForceTls } from "./aws/rds/forceTls.ts";
import { keepBackups as awsRdsKeepBackups } from "./aws/rds/keepBackups.ts";
import { manageMasterPassword as awsRdsManageMasterPassword } from "./aws/rds/manageMasterPassword.ts";
import { preventDeletion as awsRdsPreventDeletion } from "./aws/rds/preventDeletion.ts";
import { spanZones as awsRdsSpanZones } from "./aws/rds/spanZones.ts";
import { takeFinalSnapshot as awsRdsTakeFinalSnapshot } from "./aws/rds/takeFinalSnapshot.ts";
import { useCustomerKey as awsRdsUseCustomerKey } from "./aws/rds/useCustomerKey.ts";
import { useParameterGroup as awsRdsUseParameterGroup } from "./aws/rds/useParameterGroup.ts";
import { requireTags as awsRequireTags } from "./aws/requireTags.ts";
import { blockPublicAccess as awsS3BlockPublicAccess } from "./aws/s3/blockPublicAccess.ts";
import { encryptObjects as awsS3EncryptObjects } from "./aws/s3/encryptObjects.ts";
import { requireTls as awsS3RequireTls } from "./aws/s3/requireTls.ts";
import { denyUnstableVersions as kubernetesApiDenyUnstableVersions } from "./kubernetes/api/denyUnstableVersions.ts";
import { denyMirroredQueues as kubernetesConfigurationDenyMirroredQueues } from "./kubernetes/configuration/denyMirroredQueues.ts";
import { denySecretsInConfigMaps as kubernetesConfigurationDenySecretsInConfigMaps } from "./kubernetes/configuration/denySecretsInConfigMaps.ts";
import { pinCharts as kubernetesHelmPinCharts } from "./kubernetes/helm/pinCharts.ts";
import { denyTrafficByDefault as kubernetesNamespaceDenyTrafficByDefault } from "./kubernetes/namespace/denyTrafficByDefault.ts";
import { labelPodSecurity as kubernetesNamespaceLabelPodSecurity } from "./kubernetes/namespace/labelPodSecurity.ts";
import { denyClusterAdmin as kubernetesRbacDenyClusterAdmin } from "./kubernetes/rbac/denyClusterAdmin.ts";
import { denyWildcards as kubernetesRbacDenyWildcards } from "./kubernetes/rbac/denyWildcards.ts";
import { startFromTwo as kubernetesScalingStartFromTwo } from "./kubernetes/scaling/startFromTwo.ts";
import { denyPublicAddress as kubernetesServiceDenyPublicAddress } from "./kubernetes/service/denyPublicAddress.ts";
import { budgetDisruptions as kubernetesWorkloadBudgetDisruptions } from "./kubernetes/workload/budgetDisruptions.ts";
import { confineSystemCalls as kubernetesWorkloadConfineSystemCalls } from "./kubernetes/workload/confineSystemCalls.ts";
import { denyBarePod as kubernetesWorkloadDenyBarePod } from "./kubernetes/workload/denyBarePod.ts";
import { denyHostAccess as kubernetesWorkloadDenyHostAccess } from "./kubernetes/workload/denyHostAccess.ts";
import { denyPrivilegeEscalation as kubernetesWorkloadDenyPrivilegeEscalation } from "./kubernetes/workload/denyPrivilegeEscalation.ts";
import { denyPrivileged as kubernetesWorkloadDenyPrivileged } from "./kubernetes/workload/denyPrivileged.ts";
import { denySecretsInEnvironment as kubernetesWorkloadDenySecretsInEnvironment } from "./kubernetes/workload/denySecretsInEnvironment.ts";
import { dropCapabilities as kubernetesWorkloadDropCapabilities } from "./kubernetes/workload/dropCapabilities.ts";
import { keepQuorum as kubernetesWorkloadKeepQuorum } from "./kubernetes/workload/keepQuorum.ts";
import { labelWorkloads as kubernetesWorkloadLabelWorkloads } from "./kubernetes/workload/labelWorkloads.ts";
import { leaveReplicasToScaler as kubernetesWorkloadLeaveReplicasToScaler } from "./kubernetes/workload/leaveReplicasToScaler.ts";
import { limitServiceAccountToken as kubernetesWorkloadLimitServiceAccountToken } from "./kubernetes/workload/limitServiceAccountToken.ts";
import { outlastPreStop as kubernetesWorkloadOutlastPreStop } from "./kubernetes/workload/outlastPreStop.ts";
import { pinImages as kubernetesWorkloadPinImages } from "./kubernetes/workload/pinImages.ts";
import { probeContainers as kubernetesWorkloadProbeContainers } from "./kubernetes/workload/probeContainers.ts";
import { protectStatefulSets as kubernetesWorkloadProtectStatefulSets } from "./kubernetes/workload/protectStatefulSets.ts";
import { readOnlyRootFilesystem as kubernetesWorkloadReadOnlyRootFilesystem } from "./kubernetes/workload/readOnlyRootFilesystem.ts";
import { requireNonRoot as kubernetesWorkloadRequireNonRoot } from "./kubernetes/workload/requireNonRoot.ts";
import { setResources as kubernetesWorkloadSetResources } from "./kubernetes/workload/setResources.ts";
import { spreadPods as kubernetesWorkloadSpreadPods } from "./kubernetes/workload/spreadPods.ts";

export type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** Every policy of the pack, by folder. A file that is missing here is found by the tests. */
export const policies: Policy[] = [
  awsCloudfrontAttachFirewall,
  awsCloudfrontControlOriginAccess,
  awsCloudfrontEncryptOrigins,
  awsCloudfrontEncryptViewers,
  awsCloudfrontLogRequests,
  awsCloudfrontRequireModernTls,
  awsEc2DenyOpenIngress,
  awsEc2DenyPublicAddress,
  awsEc2DescribeIngress,
  awsEc2EncryptNodeVolumes,
  awsEc2EncryptVolumes,
  awsEc2LogFlows,
  awsEc2RequireImdsV2,
  awsEcrFreezeTags,
  awsEcrScanImages,
  awsEksAuthenticateByApi,
  awsEksEncryptSecrets,
  awsEksLogControlPlane,
  awsEksPreventDeletion,
  awsEksRestrictEndpoint,
  awsEksUseLaunchTemplate,
  awsIamDenyAccessKeys,
  awsIamDenyAdministrator,
  awsIamDenyWildcards,
  awsKmsRotateKeys,
  awsKmsWaitBeforeDeletion,
  awsLbDropInvalidHeaders,
  awsLbLogAccess,
  awsLbPreventDeletion,
  awsLbRedirectHttp,
  awsLbRequireModernTls,
  awsLogsLimitRetention,
  awsProtectData,
  awsRdsDenyPublicAccess,
  awsRdsEncryptPerformanceInsights,
  awsRdsEncryptStorage,
  awsRdsForceTls,
  awsRdsKeepBackups,
  awsRdsManageMasterPassword,
  awsRdsPreventDeletion,
  awsRdsSpanZones,
  awsRdsTakeFinalSnapshot,
  awsRdsUseCustomerKey,
  awsRdsUseParameterGroup,
  awsRequireTags,
  awsS3BlockPublicAccess,
  awsS3EncryptObjects,
  awsS3RequireTls,
  kubernetesApiDenyUnstableVersions,
  kubernetesConfigurationDenyMirroredQueues,
  kubernetesConfigurationDenySecretsInConfigMaps,
  kubernetesHelmPinCharts,
  kubernetesNamespaceDenyTrafficByDefault,
  kubernetesNamespaceLabelPodSecurity,
  kubernetesRbacDenyClusterAdmin,
  kubernetesRbacDenyWildcards,
  kubernetesScalingStartFromTwo,
  kubernetesServiceDenyPublicAddress,
  kubernetesWorkloadBudgetDisruptions,
  kubernetesWorkloadConfineSystemCalls,
  kubernetesWorkloadDenyBarePod,
  kubernetesWorkloadDenyHostAccess,
  kubernetesWorkloadDenyPrivilegeEscalation,
  kubernetesWorkloadDenyPrivileged,
  kubernetesWorkloadDenySecretsInEnvironment,
  kubernetesWorkloadDropCapabilities,
  kubernetesWorkloadKeepQuorum,
  kubernetesWorkloadLabelWorkloads,
  kubernetesWorkloadLeaveReplicasToScaler,
  kubernetesWorkloadLimitServiceAccountToken,
  kubernetesWorkloadOutlastPreStop,
  kubernetesWorkloadPinImages,
  kubernetesWorkloadProbeContainers,
  kubernetesWorkloadProtectStatefulSets,
  kubernetesWorkloadReadOnlyRootFilesystem,
  kubernetesWorkloadRequireNonRoot,
  kubernetesWorkloadSetResources,
  kubernetesWorkloadSpreadPods,
];
