package dev.muster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.demo.DemoPeople.Person;
import dev.muster.model.credential.Rank;
import dev.muster.model.user.Card;
import dev.muster.model.user.Tag;
import dev.muster.model.value.Identifier;
import java.lang.Character.UnicodeScript;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class DemoPeopleTest {
    private static final List<Person> PEOPLE = DemoPeople.first(500);

    @Test
    void areTheSameEveryTime() {
        assertThat(DemoPeople.first(500)).isEqualTo(PEOPLE);
    }

    @Test
    void haveUniqueIdentifiers() {
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            assertThat(PEOPLE.stream()
                            .map(person -> person.register().identifier(kind))
                            .filter(Objects::nonNull)
                            .map(Identifier::folded))
                    .as(kind.field())
                    .hasSizeGreaterThan(100)
                    .doesNotHaveDuplicates();
        }
        assertThat(PEOPLE.stream().flatMap(person -> person.cards().stream()).map(Card::number))
                .hasSizeGreaterThan(100)
                .doesNotHaveDuplicates();
    }

    @Test
    void areOfManyKinds() {
        Set<UnicodeScript> scripts = PEOPLE.stream()
                .map(person -> UnicodeScript.of(person.register().name().codePointAt(0)))
                .collect(Collectors.toSet());
        assertThat(scripts).hasSizeGreaterThanOrEqualTo(8);
        assertThat(PEOPLE.stream().filter(person -> person.register().tag() == Tag.GUEST))
                .hasSizeBetween(20, 60);
        assertThat(PEOPLE.stream().map(Person::rank)).contains(Rank.values());
        assertThat(PEOPLE.stream().filter(person -> !person.workstations().isEmpty()))
                .hasSizeGreaterThan(50);
    }

    @Test
    void haveAddressesInReservedDomains() {
        assertThat(PEOPLE)
                .allSatisfy(person -> assertThat(person.register().email() == null
                                || person.register().email().text().matches("[a-z.]+[0-9]*@example\\.(com|org)"))
                        .isTrue());
    }
}
