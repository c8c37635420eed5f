package dev.muster.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class UsesPostgresTest {
    private static final Set<Class<?>> DATABASES = Set.of(TestPostgres.class, EmptyDatabase.class);

    /// Tests that are not run on other servers, because they expect the query plans of one version of PostgreSQL, or
    /// need a standby.
    private static final Set<String> EXCEPTIONS = Set.of("PlansTest", "StandbyReadsTest");

    @Test
    void whateverUsesPostgresRunsOnOtherServersToo() {
        List<String> missed = testClasses()
                .filter(test -> DATABASES.stream().anyMatch(used -> uses(test, used)))
                .map(JavaClass::reflect)
                .filter(test -> !test.isAnnotationPresent(UsesPostgres.class)
                        && !test.isAnnotationPresent(OnBothDatabases.class))
                .map(Class::getSimpleName)
                .toList();
        assertThat(missed).containsExactlyInAnyOrderElementsOf(EXCEPTIONS);
    }

    private static Stream<JavaClass> testClasses() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS).importPackages("dev.muster").stream()
                        .filter(each ->
                                each.getSimpleName().endsWith("Test") && !each.isEquivalentTo(UsesPostgresTest.class));
    }

    private static boolean uses(JavaClass test, Class<?> used) {
        return test.getDirectDependenciesFromSelf().stream()
                .anyMatch(dependency -> dependency.getTargetClass().isEquivalentTo(used));
    }
}
