package dev.muster;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import dev.muster.storage.engine.DatabaseFinding;
import dev.muster.storage.sql.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Enforces the boundaries between the packages that docs/ARCHITECTURE.md describes. A failing rule names the classes
/// and the line. Move the code; if you widen the table instead, document the decision.
final class ArchitectureTest {

    private static final String ROOT = "dev.muster";

    private static final String KIT = "api";

    private static final List<String> DIALECT = List.of("model", "directory", "security", "http", "config", KIT);

    /// The other packages that each package may use. The root package is not listed, because it may use all of
    /// them.
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("model", List.of()),
            Map.entry("network", List.of()),
            Map.entry("outgoing", List.of("network")),
            Map.entry("text", List.of("model")),
            Map.entry("config", List.of("network")),
            Map.entry("logging", List.of()),
            Map.entry("http", List.of("logging", "network")),
            Map.entry("sealing", List.of("model")),
            Map.entry("storage", List.of("model")),
            Map.entry("directory", List.of("model", "sealing", "storage", "outgoing")),
            Map.entry("security", List.of("model", "sealing", "directory", "logging", "network", "outgoing")),
            Map.entry("cli", List.of("model", "config", "text")),
            Map.entry(KIT, List.of("model", "directory", "security", "http")),
            Map.entry("demo", List.of("model", "directory", "security")),
            Map.entry("cells", List.of("model", "sealing", "storage", "directory", "http", KIT)),
            Map.entry("api.evidence", List.of("model", "directory", "http")),
            Map.entry("console", with(DIALECT, "api.evidence", "text", "outgoing")),
            Map.entry("api.rest", with(DIALECT, "outgoing")),
            Map.entry("api.signet", DIALECT),
            Map.entry("api.smileid", with(DIALECT, "api.evidence")),
            Map.entry("api.allthenticate", DIALECT),
            Map.entry("api.epixel", DIALECT));

    private static final List<String> RECORDS = List.of(
            "model.value",
            "model.credential",
            "model.group",
            "model.tenant",
            "model.user",
            "model.job",
            "model.webhook");

    /// The other subpackages that each subpackage may use.
    private static final Map<String, List<String>> ROOMS = Map.ofEntries(
            Map.entry("model.value", List.of()),
            Map.entry("model.credential", List.of("model.value")),
            Map.entry("model.webhook", List.of("model.value", "model.credential")),
            Map.entry("model.group", List.of("model.value")),
            Map.entry("model.tenant", List.of("model.value")),
            Map.entry("model.user", List.of("model.value", "model.credential")),
            Map.entry("model.job", List.of("model.value", "model.credential", "model.user")),
            Map.entry("model.validation", List.of("model.value", "model.user", "model.group")),
            Map.entry("model", RECORDS),
            Map.entry("model.state", with(RECORDS, "model")),
            Map.entry("model.rules", with(RECORDS, "model", "model.state")),
            Map.entry("http.json", List.of()),
            Map.entry("http", List.of("http.json")),
            Map.entry("http.engine.limits", List.of("http")),
            Map.entry("http.engine", List.of("http.json", "http", "http.engine.limits")),
            Map.entry("storage.sql", List.of()),
            Map.entry("storage.files", List.of("storage.sql")),
            Map.entry("storage.engine", List.of("storage.sql", "storage.files")),
            Map.entry("storage.search", List.of("storage.sql", "storage.engine")),
            Map.entry("storage.transfer", List.of("storage.sql", "storage.engine")),
            Map.entry("console.html", List.of()),
            Map.entry("security.limit", List.of()),
            Map.entry("security.sso", List.of("security")),
            Map.entry("security.passkeys", List.of("security")),
            Map.entry("security.format", List.of()),
            Map.entry("directory.keys", List.of()),
            Map.entry("directory.transfer", List.of()),
            Map.entry("directory.cells", List.of("directory.keys")),
            Map.entry("directory.journal", List.of("directory.keys")),
            Map.entry("directory.events", List.of("directory.keys", "directory.journal")),
            Map.entry("directory.lane", List.of("directory.keys", "directory.journal")),
            Map.entry("directory.chores", List.of("directory.keys", "directory.journal", "directory.lane")),
            Map.entry(
                    "directory.callbacks",
                    List.of(
                            "directory.keys",
                            "directory.journal",
                            "directory.lane",
                            "directory.chores",
                            "directory.delivery")),
            Map.entry(
                    "directory.delivery",
                    List.of(
                            "directory.keys",
                            "directory.journal",
                            "directory.lane",
                            "directory.chores",
                            "directory.events")),
            Map.entry("cli.output", List.of()),
            Map.entry("cli.shell", List.of("cli.output")),
            Map.entry("cli.client", List.of("cli.output", "cli.shell")),
            Map.entry("cli.command", List.of("cli.output", "cli.shell", "cli.client")));

    private static final JavaClasses MUSTER =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages(ROOT);

    @TestFactory
    Stream<DynamicTest> eachPackageUsesOnlyWhatIsBelowIt() {
        return MAY_USE.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    List<String> allowed = new ArrayList<>(entry.getValue());
                    allowed.add(entry.getKey());
                    check(noClasses()
                            .that()
                            .resideInAPackage(packageOf(entry.getKey()))
                            .should()
                            .dependOnClassesThat(resideInAnyPackage(ROOT + "..")
                                    .and(not(resideInAnyPackage(allowed.stream()
                                            .map(ArchitectureTest::packageOf)
                                            .toArray(String[]::new))))));
                }));
    }

    @TestFactory
    Stream<DynamicTest> eachRoomUsesOnlyTheRoomsBelowIt() {
        return ROOMS.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    String house = entry.getKey().replaceFirst("\\..*", "");
                    String[] allowed = Stream.concat(Stream.of(entry.getKey()), entry.getValue().stream())
                            .map(room -> ROOT + "." + room)
                            .toArray(String[]::new);
                    check(noClasses()
                            .that()
                            .resideInAPackage(ROOT + "." + entry.getKey())
                            .should()
                            .dependOnClassesThat(
                                    resideInAnyPackage(packageOf(house)).and(not(resideInAnyPackage(allowed)))));
                }));
    }

    /// The packages `directory` and `storage` themselves may use all their subpackages, so the table does not list
    /// them.
    @Test
    void everyRoomIsInTheTable() {
        assertThat(MUSTER.stream()
                        .map(each -> each.getPackageName().substring(ROOT.length()))
                        .filter(name -> name.matches("\\.(model|directory|storage|http)\\..*"))
                        .map(name -> name.substring(1)))
                .isSubsetOf(ROOMS.keySet());
    }

    @Test
    void onlyTheLaneCallsTheRules() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(packageOf("model.rules"), packageOf("directory.lane"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packageOf("model.rules")));
    }

    @Test
    void everyPackageIsInTheTable() {
        String[] known = Stream.concat(
                        Stream.of(ROOT), MAY_USE.keySet().stream().map(ArchitectureTest::packageOf))
                .toArray(String[]::new);
        check(classes().should().resideInAnyPackage(known));
    }

    @Test
    void theModelKnowsOnlyTheJdkAndJSpecify() {
        check(classes()
                .that()
                .resideInAPackage(packageOf("model"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(packageOf("model"), "java..", "org.jspecify.."));
    }

    @Test
    void theConfigurationKnowsOnlyTheJdkJSpecifyAndNetworks() {
        check(classes()
                .that()
                .resideInAPackage(packageOf("config"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(packageOf("config"), packageOf("network"), "java..", "org.jspecify.."));
    }

    @Test
    void onlyStorageContainsSql() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(packageOf("storage"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..", "org.postgresql..", "com.zaxxer.."));
    }

    /// Dialects see only our own requests and responses, because only the engine uses Helidon and only the
    /// composition root uses the engine.
    @Test
    void onlyTheEngineKnowsHelidon() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(packageOf("http.engine"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.helidon.."));
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, packageOf("http.engine"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packageOf("http.engine")));
    }

    /// Only one package uses the OpenID Connect library, so every check of a provider's response is in that
    /// package.
    @Test
    void onlySingleSignOnKnowsItsLibrary() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(packageOf("security.sso"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.nimbusds.oauth2..", "com.nimbusds.openid.."));
    }

    /// Only one package uses the HTTP client library, so no other package can connect to a URL chosen by a tenant.
    @Test
    void onlyOutgoingConnectionsKnowTheirLibrary() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(packageOf("outgoing"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.hc.."));
    }

    /// Only one package uses the WebAuthn library and Jackson 2, which that library needs.
    @Test
    void onlyPasskeysKnowTheirLibrary() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(packageOf("security.passkeys"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.yubico..", "com.fasterxml..", "com.upokecenter..", "com.google.common.."));
    }

    /// Other packages use the stores, reads and rows of storage, but not its connections or statements.
    @Test
    void onlyStorageRunsStatements() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(packageOf("storage"))
                .should()
                .dependOnClassesThat(resideInAnyPackage(ROOT + ".storage.engine", ROOT + ".storage.sql")
                        .and(not(belongToAnyOf(StorageException.class, DatabaseFinding.class)))));
    }

    @Test
    void noPackagesFormACycle() {
        check(slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
    }

    @Test
    void namesSayWhatAThingIs() {
        check(noClasses().should().haveSimpleNameEndingWith("Manager"));
        check(noClasses().should().haveSimpleNameEndingWith("Service"));
        check(noClasses().should().haveSimpleNameEndingWith("Helper"));
        check(noClasses().should().haveSimpleNameEndingWith("Util"));
        check(noClasses().should().haveSimpleNameEndingWith("Utils"));
        check(noClasses().should().haveSimpleNameEndingWith("Impl"));
        check(noClasses().should().haveSimpleNameEndingWith("DTO"));
        check(noClasses().should().haveSimpleNameEndingWith("Dto"));
    }

    @Test
    void nothingThatChangesIsStatic() {
        check(fields().that().areStatic().and(notMadeByTheCompiler()).should().beFinal());
    }

    private static DescribedPredicate<JavaField> notMadeByTheCompiler() {
        return DescribedPredicate.describe(
                "not made by the compiler", field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC));
    }

    private static List<String> with(List<String> rooms, String... more) {
        return Stream.concat(rooms.stream(), Stream.of(more)).toList();
    }

    /// Returns the pattern for a package and its subpackages. For `api`, the pattern excludes the subpackages,
    /// which are not part of the shared kit.
    private static String packageOf(String name) {
        return ROOT + "." + name + (name.equals(KIT) ? "" : "..");
    }

    /// Checks a rule. This also fails if the rule applies to no class, for example because a package was renamed.
    private static void check(ArchRule rule) {
        rule.check(MUSTER);
    }
}
