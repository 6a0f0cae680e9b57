/**
 * The lines that put the layer on a function, for the tools that people describe their functions with.
 *
 * What is printed is valid as it stands, with the rest said in comments, so that it can be pasted and then merged.
 * Without an ARN the tool publishes the layer itself, from the zip: no account number has to be known.
 */
export const LAYER_TOOLS = ['sam', 'cdk', 'terraform', 'serverless'] as const;
export type LayerTool = (typeof LAYER_TOOLS)[number];

export interface LayerConfigRequest {
  /** A published version; without it, the lines publish the zip. */
  readonly layerArn?: string | undefined;
  /** What the function is called in that file. */
  readonly functionName?: string | undefined;
  /** Whether the function's code is written in ES modules; decides how the alternative in code looks. */
  readonly isEsm: boolean;
}

export type LayerConfig =
  | { readonly kind: 'lines'; readonly text: string }
  | { readonly kind: 'bad-name'; readonly expected: string; readonly found: string }
  | { readonly kind: 'bad-arn'; readonly expected: string; readonly found: string };

export function layerConfig(tool: LayerTool, request: LayerConfigRequest): LayerConfig {
  const { named, expected, usual, lines, comment } = TOOLS[tool];
  const functionName = request.functionName ?? usual;
  if (!named.test(functionName)) return { kind: 'bad-name', expected, found: functionName };
  if (request.layerArn !== undefined && !LAYER_VERSION_ARN.test(request.layerArn)) {
    return { kind: 'bad-arn', expected: 'arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION', found: request.layerArn };
  }
  const said = (text: string) => text.replace(/^/gm, `${comment} `);
  const how =
    request.layerArn === undefined ? `Make ${LAYER_ZIP} first: nightlight layer build\n${byHand()}` : 'The version published before.';
  const text = `${said(how)}\n${lines(functionName, request.layerArn)}\n${said(otherwise(request.isEsm))}\n`;
  return { kind: 'lines', text: text.replace(/[ \t]+$/gm, '') };
}

/** What the layer's zip is called when nobody says otherwise. */
export const LAYER_ZIP = 'nightlight-layer.zip';

/** For a person to run: nothing here ever uploads. */
export function publishCommand(zip: string): string {
  return [
    'aws lambda publish-layer-version --layer-name nightlight',
    `--zip-file fileb://${zip}`,
    `--compatible-runtimes ${RUNTIMES.join(' ')}`,
    `--compatible-architectures ${ARCHITECTURES.join(' ')}`,
  ].join(' \\\n  ');
}

interface Tool {
  /** What the file's syntax takes as a name. */
  readonly named: RegExp;
  readonly expected: string;
  readonly usual: string;
  readonly comment: string;
  readonly lines: (functionName: string, layerArn: string | undefined) => string;
}

// One layer for all of them: there is no native code in it.
const RUNTIMES = ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'];
const ARCHITECTURES = ['x86_64', 'arm64'];
const WRAPPER = '/opt/nightlight/wrapper';
const PRELOAD = '/opt/nightlight/preload.cjs';
const LAYER_VERSION_ARN = /^arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]{1,140}:\d+$/;

const TOOLS: Readonly<Record<LayerTool, Tool>> = {
  sam: {
    named: /^[A-Za-z][A-Za-z0-9]*$/,
    expected: 'letters and digits, as a logical id has them',
    usual: 'MyFunction',
    comment: '#',
    lines: (name, arn) => `Resources:
${
  arn === undefined
    ? `  NightlightLayer:
    Type: AWS::Serverless::LayerVersion
    Properties:
      LayerName: nightlight
      ContentUri: ${LAYER_ZIP}
      CompatibleRuntimes: [${RUNTIMES.join(', ')}]
      CompatibleArchitectures: [${ARCHITECTURES.join(', ')}]
`
    : ''
}  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      # beside what stands there already
      Layers:
        - ${arn ?? '!Ref NightlightLayer'}
      Environment:
        Variables:
          AWS_LAMBDA_EXEC_WRAPPER: ${WRAPPER}`,
  },
  serverless: {
    named: /^[A-Za-z0-9_-]+$/,
    expected: 'letters, digits, - and _',
    usual: 'myFunction',
    comment: '#',
    // The Serverless Framework names the CloudFormation resource of the layer "nightlight" NightlightLambdaLayer.
    lines: (name, arn) => `${
      arn === undefined
        ? `layers:
  nightlight:
    package:
      artifact: ${LAYER_ZIP}
    compatibleRuntimes: [${RUNTIMES.join(', ')}]
    compatibleArchitectures: [${ARCHITECTURES.join(', ')}]
`
        : ''
    }functions:
  ${name}:
    # beside what stands there already
    layers:
      - ${arn ?? '!Ref NightlightLambdaLayer'}
    environment:
      AWS_LAMBDA_EXEC_WRAPPER: ${WRAPPER}`,
  },
  cdk: {
    named: /^[A-Za-z_$][\w$]*$/,
    expected: 'a name of a variable in TypeScript',
    usual: 'myFunction',
    comment: '//',
    lines: (name, arn) => `import * as lambda from 'aws-cdk-lib/aws-lambda';

// where ${name} is made, inside the stack
${
  arn === undefined
    ? `const nightlight = new lambda.LayerVersion(this, 'Nightlight', {
  layerVersionName: 'nightlight',
  code: lambda.Code.fromAsset('${LAYER_ZIP}'),
  compatibleRuntimes: [${RUNTIMES.map((runtime) => `new lambda.Runtime('${runtime}', lambda.RuntimeFamily.NODEJS)`).join(', ')}],
  compatibleArchitectures: [lambda.Architecture.X86_64, lambda.Architecture.ARM_64],
});`
    : `const nightlight = lambda.LayerVersion.fromLayerVersionArn(this, 'Nightlight', '${arn}');`
}
${name}.addLayers(nightlight);
${name}.addEnvironment('AWS_LAMBDA_EXEC_WRAPPER', '${WRAPPER}');`,
  },
  terraform: {
    named: /^[A-Za-z_][\w-]*$/,
    expected: 'a name of a resource: letters, digits, - and _, no digit first',
    usual: 'my_function',
    comment: '#',
    lines: (name, arn) => `${
      arn === undefined
        ? `resource "aws_lambda_layer_version" "nightlight" {
  layer_name               = "nightlight"
  filename                 = "${LAYER_ZIP}"
  source_code_hash         = filebase64sha256("${LAYER_ZIP}")
  compatible_runtimes      = [${RUNTIMES.map((runtime) => `"${runtime}"`).join(', ')}]
  compatible_architectures = [${ARCHITECTURES.map((architecture) => `"${architecture}"`).join(', ')}]
}

`
        : ''
    }resource "aws_lambda_function" "${name}" {
  # beside what stands there already
  layers = [${arn === undefined ? 'aws_lambda_layer_version.nightlight.arn' : `"${arn}"`}]

  environment {
    variables = {
      AWS_LAMBDA_EXEC_WRAPPER = "${WRAPPER}"
    }
  }
}`,
  },
};

const byHand = (): string => `or publish it by hand and ask again with --layer-arn:\n  ${publishCommand(LAYER_ZIP).replace(/\n/g, '\n  ')}`;

function otherwise(isEsm: boolean): string {
  const inCode = isEsm
    ? `import '@nightlight/agent/preload';
  import { wrapHandler } from '@nightlight/agent';
  export const handler = wrapHandler(async (event) => { ... });`
    : `require('@nightlight/agent/preload');
  const { wrapHandler } = require('@nightlight/agent');
  exports.handler = wrapHandler(async (event) => { ... });`;
  return `
Where the wrapper is taken by somebody else, or not looked at (provided.al2023), set this instead:
  NODE_OPTIONS = --require ${PRELOAD}
Where NODE_OPTIONS is not looked at either (durable functions), say it in the code, first:
  ${inCode}${isEsm ? `\nwith @nightlight/agent installed in the function: Node looks for imported packages in no layer.` : ''}
Off again, without a new deployment of the code: NIGHTLIGHT=off`;
}
