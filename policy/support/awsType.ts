/** Type tokens of the AWS resources that stack policies look for; `pulumi schema` and the state show them. */
export const awsType = {
  bucket: "aws:s3/bucket:Bucket",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  bucketEncryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  cluster: "aws:eks/cluster:Cluster",
  database: "aws:rds/instance:Instance",
  flowLog: "aws:ec2/flowLog:FlowLog",
  ingressRule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  key: "aws:kms/key:Key",
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
  publicAccessBlock: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  securityGroupRule: "aws:ec2/securityGroupRule:SecurityGroupRule",
  vpc: "aws:ec2/vpc:Vpc",
} as const;
