package dev.muster;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The walls between the packages, as docs/ARCHITECTURE.md draws them. A rule that fails names the classes and
/// the line; moving the code is the remedy, widening the table a decision to write down.
final class ArchitectureTest {

    private static final String ROOT = "dev.muster";

    private static final String KIT = "api";

    private static final List<String> DIALECT = List.of("model", "directory", "security", "http", "config", KIT);

    /// What each package may use of Muster, besides itself. The root package is not listed: it sees all.
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("model", List.of()),
            Map.entry("config", List.of()),
            Map.entry("logging", List.of()),
            Map.entry("http", List.of("logging")),
            Map.entry("sealing", List.of("model")),
            Map.entry("storage", List.of("model")),
            Map.entry("directory", List.of("model", "sealing", "storage")),
            Map.entry("security", List.of("model", "sealing", "directory", "logging")),
            Map.entry("cli", List.of("model", "config")),
            Map.entry(KIT, List.of("model", "directory", "security", "http")),
            Map.entry("console", DIALECT),
            Map.entry("api.rest", DIALECT),
            Map.entry("api.signet", DIALECT),
            Map.entry("api.smileid", DIALECT),
            Map.entry("api.allthenticate", DIALECT),
            Map.entry("api.epixel", DIALECT),
            Map.entry("api.scim", DIALECT));

    /// What the packages within a package may use of each other, besides themselves.
    private static final Map<String, List<String>> ROOMS = Map.of(
            "model", List.of(),
            "model.state", List.of("model"),
            "model.rules", List.of("model", "model.state"),
            "http.json", List.of(),
            "security.limit", List.of(),
            "http", List.of("http.json"),
            "directory.keys", List.of(),
            "directory.journal", List.of("directory.keys"),
            "directory.lane", List.of("directory.keys", "directory.journal"),
            "directory.chores", List.of("directory.keys", "directory.journal", "directory.lane"));

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
    void everyPackageStandsInTheTable() {
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
    void theConfigurationKnowsOnlyTheJdkAndPicocli() {
        check(classes()
                .that()
                .resideInAPackage(packageOf("config"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(packageOf("config"), "java..", "org.jspecify..", "picocli.."));
    }

    @Test
    void sqlStandsInStorageOnly() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(packageOf("storage"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..", "org.postgresql..", "com.zaxxer.."));
    }

    /// Dialects see requests and replies; Helidon is known to the engine, and the engine to the composition root.
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

    /// The packages below the kit are the dialects, which are no part of it.
    private static String packageOf(String name) {
        return ROOT + "." + name + (name.equals(KIT) ? "" : "..");
    }

    /// A package that is still empty breaks no rule.
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MUSTER);
    }
}
