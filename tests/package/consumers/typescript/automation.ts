// Runs consumer.ts by the Automation API, which needs no language host: node automation.js DIRECTORY up|preview|destroy
import { LocalWorkspace } from "@pulumi/pulumi/automation";

async function main(workDir: string, action: string) {
    const stack = await LocalWorkspace.selectStack({ stackName: "dev", workDir });
    const options = { onOutput: (text: string) => process.stderr.write(text) };
    stack.workspace.program = async () => require("./consumer");
    if (action === "preview") {
        return (await stack.preview(options)).changeSummary;
    }
    if (action === "destroy") {
        return (await stack.destroy(options)).summary.resourceChanges;
    }
    return (await stack.up(options)).summary.resourceChanges;
}

main(process.argv[2], process.argv[3])
    .then(changes => console.log(JSON.stringify(changes)))
    .catch(error => {
        console.error(error.message);
        process.exitCode = 1;
    });
