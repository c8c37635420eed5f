package dev.muster.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "profiles",
        description = {"List the profiles that muster login saved, without their keys.", ""},
        footerHeading = "%nExamples:%n",
        footer = "  muster profiles")
final class ProfilesCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final Presentation presentation = new Presentation();

    ProfilesCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Profiles profiles = new Profiles(shell.environment());
        if (presentation.format() == Format.JSON) {
            printJson(profiles);
            return 0;
        }
        Table table = new Table(
                Column.exact("PROFILE", "profile"), Column.exact("URL", "url"), Column.exact("CA FILE", "caFile"));
        for (String name : profiles.names()) {
            Profiles.Profile profile = profiles.find(name);
            if (profile != null) {
                table.row(name, profile.url(), profile.caFile());
            }
        }
        table.print(presentation.display(shell));
        return 0;
    }

    private void printJson(Profiles profiles) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        ArrayNode items = json.putArray("items");
        for (String name : profiles.names()) {
            Profiles.Profile profile = profiles.find(name);
            if (profile != null) {
                items.addObject().put("profile", name).put("url", profile.url()).put("caFile", profile.caFile());
            }
        }
        shell.out().println(json);
    }
}
