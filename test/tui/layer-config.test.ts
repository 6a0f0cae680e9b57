/** The lines that put the layer on a function: read back by a parser of their language where there is one. */
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { runNightlight } from '../support/test-world.ts';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:layer:nightlight:7';
const WRAPPER = '/opt/nightlight/wrapper';
const REF = [{ tag: '!Ref', resolve: (name: string) => ({ Ref: name }) }];
const TOOLS = ['sam', 'cdk', 'terraform', 'serverless'];

describe('sam', () => {
  test('makes the layer from the zip and puts it on the function', async () => {
    const { Resources } = parseYaml(await config('sam', '--function', 'Checkout'), { customTags: REF });
    expect(Resources.NightlightLayer).toMatchObject({
      Type: 'AWS::Serverless::LayerVersion',
      Properties: {
        ContentUri: 'nightlight-layer.zip',
        CompatibleRuntimes: ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'],
        CompatibleArchitectures: ['x86_64', 'arm64'],
      },
    });
    expect(Resources.Checkout).toEqual({
      Type: 'AWS::Serverless::Function',
      Properties: { Layers: [{ Ref: 'NightlightLayer' }], Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: WRAPPER } } },
    });
  });

  test('with an ARN it makes no layer', async () => {
    const { Resources } = parseYaml(await config('sam', '--layer-arn', ARN));
    expect(Object.keys(Resources)).toEqual(['MyFunction']);
    expect(Resources.MyFunction.Properties.Layers).toEqual([ARN]);
  });
});

describe('serverless', () => {
  test('makes the layer from the zip and refers to it by the name that the framework gives it', async () => {
    const file = parseYaml(await config('serverless', '--function', 'check-out'), { customTags: REF });
    expect(file.layers.nightlight).toMatchObject({
      package: { artifact: 'nightlight-layer.zip' },
      compatibleArchitectures: ['x86_64', 'arm64'],
    });
    expect(file.functions['check-out']).toEqual({
      layers: [{ Ref: 'NightlightLambdaLayer' }],
      environment: { AWS_LAMBDA_EXEC_WRAPPER: WRAPPER },
    });
  });

  test('with an ARN it makes no layer', async () => {
    const file = parseYaml(await config('serverless', '--layer-arn', ARN));
    expect(Object.keys(file)).toEqual(['functions']);
    expect(file.functions.myFunction.layers).toEqual([ARN]);
  });
});

describe('cdk', () => {
  test.each([[[]], [['--layer-arn', ARN]]])('is TypeScript that calls the construct library as it is, with %j', async (words) => {
    const text = await config('cdk', '--function', 'checkout', ...words);
    // Inside a method, where the lines are to be pasted: `this` is the stack.
    const [head, body] = text.split("import * as lambda from 'aws-cdk-lib/aws-lambda';\n");
    const { code } = transformSync(
      `${head}\nfunction inStack(this: object, lambda: any, checkout: any) {\n${body}\n}\nexport default inStack;`,
      {
        loader: 'ts',
        format: 'cjs',
      },
    );
    const module = { exports: {} as { default: (this: object, lambda: unknown, fn: unknown) => void } };
    new Function('module', code)(module);
    const calls: unknown[][] = [];
    const stack = {};
    class LayerVersion {
      static fromLayerVersionArn(scope: object, id: string, arn: string) {
        calls.push(['from', scope === stack, id, arn]);
        return 'the layer';
      }
      constructor(scope: object, id: string, properties: object) {
        calls.push(['new', scope === stack, id, properties]);
      }
    }
    class Runtime {
      readonly name: string;
      constructor(name: string) {
        this.name = name;
      }
    }
    const lambda = {
      LayerVersion,
      Runtime,
      RuntimeFamily: { NODEJS: 0 },
      Code: { fromAsset: (path: string) => path },
      Architecture: { X86_64: 'x86_64', ARM_64: 'arm64' },
    };
    const fn = {
      addLayers: (...layers: unknown[]) => calls.push(['layers', layers.length]),
      addEnvironment: (...pair: string[]) => calls.push(pair),
    };
    module.exports.default.call(stack, lambda, fn);
    const made =
      words.length > 0
        ? ['from', true, 'Nightlight', ARN]
        : [
            'new',
            true,
            'Nightlight',
            {
              layerVersionName: 'nightlight',
              code: 'nightlight-layer.zip',
              compatibleRuntimes: [{ name: 'nodejs20.x' }, { name: 'nodejs22.x' }, { name: 'nodejs24.x' }],
              compatibleArchitectures: ['x86_64', 'arm64'],
            },
          ];
    expect(calls).toEqual([made, ['layers', 1], ['AWS_LAMBDA_EXEC_WRAPPER', WRAPPER]]);
  });
});

describe('terraform', () => {
  test('makes the layer from the zip, renewed when the zip is another one', async () => {
    const text = await config('terraform', '--function', 'checkout');
    expect(settingsOf(text)).toEqual({
      'aws_lambda_layer_version.nightlight.layer_name': '"nightlight"',
      'aws_lambda_layer_version.nightlight.filename': '"nightlight-layer.zip"',
      'aws_lambda_layer_version.nightlight.source_code_hash': 'filebase64sha256("nightlight-layer.zip")',
      'aws_lambda_layer_version.nightlight.compatible_runtimes': '["nodejs20.x", "nodejs22.x", "nodejs24.x"]',
      'aws_lambda_layer_version.nightlight.compatible_architectures': '["x86_64", "arm64"]',
      'aws_lambda_function.checkout.layers': '[aws_lambda_layer_version.nightlight.arn]',
      'aws_lambda_function.checkout.environment.variables.AWS_LAMBDA_EXEC_WRAPPER': `"${WRAPPER}"`,
    });
  });

  test('with an ARN it makes no layer', async () => {
    expect(settingsOf(await config('terraform', '--layer-arn', ARN))).toEqual({
      'aws_lambda_function.my_function.layers': `["${ARN}"]`,
      'aws_lambda_function.my_function.environment.variables.AWS_LAMBDA_EXEC_WRAPPER': `"${WRAPPER}"`,
    });
  });
});

describe('every tool', () => {
  test.each(TOOLS)('%s names the ways for who cannot use the wrapper, and the switch, in comments', async (tool) => {
    const comments = (await config(tool)).split('\n').filter((line) => /^(#|\/\/)/.test(line));
    const said = comments.join('\n');
    expect(said).toContain('aws lambda publish-layer-version');
    expect(said).toContain('NODE_OPTIONS = --require /opt/nightlight/preload.cjs');
    expect(said).toContain("require('@nightlight/agent')");
    expect(said).toContain('NIGHTLIGHT=off');
  });

  test.each(TOOLS)('%s with --esm shows the import, and that a layer does not serve it', async (tool) => {
    const text = await config(tool, '--esm');
    expect(text).toContain("import { wrapHandler } from '@nightlight/agent'");
    expect(text).toContain('Node looks for imported packages in no layer');
  });

  test.each(TOOLS)('%s refuses a name that its file could not hold', async (tool) => {
    const run = await runNightlight(['layer', 'config', tool, '--function', 'a"b']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('error[USAGE]: --function: expected');
  });

  test('an unknown tool is answered with those that are known', async () => {
    const run = await runNightlight(['layer', 'config', 'pulumi']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '', analyzerLoaded: false });
    expect(run.stderr).toContain('layer config: expected one of sam, cdk, terraform, serverless, found pulumi');
  });

  test.each(['nightlight', 'arn:aws:lambda:eu-west-1:123456789012:layer:nightlight', 'arn:aws:lambda:eu-west-1:12:function:x'])(
    'an ARN that names no version of a layer is refused: %s',
    async (arn) => {
      const run = await runNightlight(['layer', 'config', 'sam', '--layer-arn', arn]);
      expect(run).toMatchObject({ exitCode: 2, stdout: '' });
      expect(run.stderr).toContain('--layer-arn: expected arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION');
    },
  );

  test('ARNs of other partitions are ARNs', async () => {
    expect(await config('sam', '--layer-arn', ARN.replace('arn:aws:', 'arn:aws-us-gov:'))).toContain('arn:aws-us-gov:');
  });

  test('layer without a command says that one is missing', async () => {
    const run = await runNightlight(['layer']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('expected a command after layer, found none');
  });
});

async function config(tool: string, ...words: string[]): Promise<string> {
  const run = await runNightlight(['layer', 'config', tool, ...words]);
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  return run.stdout;
}

/** The settings of an HCL file by their full names: enough to tell what it means without a parser of it. */
function settingsOf(hcl: string): Record<string, string> {
  const settings: Record<string, string> = {};
  const path: string[] = [];
  for (const line of hcl.split('\n').map((text) => text.trim())) {
    const block = /^(?:resource "(\w+)" "([\w-]+)"|(\w+)(?: =)?) \{$/.exec(line);
    const setting = /^(\w+)\s+= (.+)$/.exec(line);
    if (line === '' || line.startsWith('#')) continue;
    if (block !== null) path.push(block[3] ?? `${block[1]}.${block[2]}`);
    else if (line === '}') path.pop();
    else if (setting !== null) settings[[...path, setting[1]].join('.')] = setting[2]!;
    else throw new Error(`not understood: ${line}`);
  }
  expect(path).toEqual([]);
  return settings;
}
