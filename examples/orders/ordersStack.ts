import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { EndpointType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { Gatewarden, KeyAuthorizer } from '../../kit/index.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

export interface OrdersStackProps extends StackProps {
  /** `name` of the Gatewarden deployment whose keys open this API. */
  readonly gatewardenName: string;
}

/** An API of a team that uses Gatewarden: a table, two functions, four routes, and who may call them. */
export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, { gatewardenName, ...props }: OrdersStackProps) {
    super(scope, id, props);
    const table = new TableV2(this, 'Orders', {
      partitionKey: { name: 'organizationId', type: AttributeType.STRING },
      sortKey: { name: 'orderId', type: AttributeType.STRING },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const orders = this.addFunction('OrdersFunction', 'orders', { ORDERS_TABLE: table.tableName });
    table.grant(orders, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query');
    const whoami = this.addFunction('WhoamiFunction', 'whoami', {});

    const api = new RestApi(this, 'Api', {
      restApiName: 'orders',
      endpointTypes: [EndpointType.REGIONAL],
      // The right to write access logs is the account's; Gatewarden's own API has set it.
      cloudWatchRole: false,
      deployOptions: { stageName: 'live' },
    });
    const collection = api.root.addResource('orders');
    const listOrders = collection.addMethod('GET', new LambdaIntegration(orders));
    const placeOrder = collection.addMethod('POST', new LambdaIntegration(orders));
    const readOrder = collection.addResource('{orderId}').addMethod('GET', new LambdaIntegration(orders));
    const readCaller = api.root.addResource('whoami').addMethod('GET', new LambdaIntegration(whoami));

    const gatewarden = Gatewarden.fromDeployment(this, 'Gatewarden', { name: gatewardenName });
    const keys = new KeyAuthorizer(this, 'Keys', { gatewarden, product: 'orders', environment: 'live' });
    keys.protect(listOrders, { scopes: ['orders:read'] });
    keys.protect(placeOrder, { scopes: ['orders:write'] });
    keys.protect(readOrder, { scopes: ['orders:read'] });
    keys.protect(readCaller, { scopes: [] });

    new CfnOutput(this, 'OrdersUrl', { value: api.url.replace(/\/$/, ''), description: 'Address of the orders API' });
  }

  private addFunction(id: string, module: string, environment: Record<string, string>): NodejsFunction {
    return new NodejsFunction(this, id, {
      entry: `${here}functions/${module}.ts`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(10),
      environment,
      logGroup: this.addLogGroup(`${id}Logs`),
      loggingFormat: LoggingFormat.JSON,
      awsSdkConnectionReuse: false,
      bundling: { format: OutputFormat.ESM, mainFields: ['module', 'main'], minify: true, bundleAwsSDK: true, logLevel: LogLevel.WARNING },
    });
  }

  private addLogGroup(id: string): LogGroup {
    return new LogGroup(this, id, { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
  }
}
