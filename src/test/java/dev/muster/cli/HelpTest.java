package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.shell.Screen;
import dev.muster.cli.shell.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

/// Compares the `--help` of each command with a golden file, because people learn Muster from it. With
/// `-Dmuster.golden.write=true`, the test writes the files instead.
final class HelpTest {
    private static final Path GOLDEN = Path.of("src/test/resources/dev/muster/cli/help");

    @TestFactory
    Stream<DynamicTest> everyCommandExplainsItself() {
        return names().stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Path golden = GOLDEN.resolve(name.replace(' ', '-') + ".txt");
                    List<String> arguments = new ArrayList<>(List.of(name.split(" ", -1)));
                    arguments.removeFirst();
                    arguments.add("--help");
                    Cli.Ran ran = new Cli().run(arguments.toArray(String[]::new));
                    assertThat(ran.exit()).isZero();
                    assertThat(ran.err()).isEmpty();
                    if (Boolean.getBoolean("muster.golden.write")) {
                        Files.createDirectories(GOLDEN);
                        Files.writeString(golden, ran.out());
                    }
                    assertThat(ran.out()).isEqualTo(Files.readString(golden));
                }));
    }

    @Test
    void noGoldenFileIsLeftOver() throws Exception {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(names().stream()
                            .map(name -> name.replace(' ', '-') + ".txt")
                            .toList());
        }
    }

    @Test
    void everyCommandThatDoesSomethingHasAnExample() {
        for (String name : names()) {
            CommandLine command = find(name);
            if (command.getSubcommands().isEmpty()) {
                assertThat(String.join(
                                "\n", command.getCommandSpec().usageMessage().footer()))
                        .as(name)
                        .contains(name);
            }
        }
    }

    @Test
    void withoutACommandItSaysWhatThereIs() {
        assertThat(new Cli().run().printed(new Cli().run("--help").out()).err()).isEmpty();
    }

    @Test
    void itKnowsItsVersion() {
        new Cli().run("--version").printed("muster 1.2.3\n");
    }

    private static CommandLine root() {
        return new Cli()
                .commands(new Shell(
                        System.out, System.err, java.util.Map.of(), () -> Cli.NOW, null, System.in, () -> Screen.NONE))
                .line("");
    }

    private static CommandLine find(String name) {
        CommandLine command = root();
        for (String part : name.split(" ", -1)) {
            command = part.equals("muster") ? command : command.getSubcommands().get(part);
        }
        return command;
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        collect(root(), names);
        return names;
    }

    private static void collect(CommandLine command, List<String> names) {
        names.add(command.getCommandSpec().qualifiedName());
        command.getSubcommands().values().forEach(sub -> collect(sub, names));
    }
}
