package dev.muster.demo;

import dev.muster.demo.DemoPeople.Person;
import dev.muster.model.credential.Rank;
import dev.muster.model.user.Tag;

/// A person's final standing. Most people are in good standing, and a few are in each of the other standings.
enum DemoScenario {
    NONE,
    LEFT,
    BARRED,
    ERASED,
    BLOCKED,
    DEACTIVATED,
    PROMOTED,
    OVERDUE,
    FRAUD,
    STACKED,
    COOLING_OFF;

    static DemoScenario of(Person person) {
        int number = person.number();
        if (person.rank() != Rank.REGULAR) {
            return NONE;
        }
        return switch (number) {
            case 100 -> BARRED;
            case 200 -> ERASED;
            case 300 -> COOLING_OFF;
            default -> number % 83 == 17 ? STACKED : ofMany(person);
        };
    }

    private static DemoScenario ofMany(Person person) {
        return switch (person.number() % 41) {
            case 3, 24 -> OVERDUE;
            case 7 -> BLOCKED;
            case 12 -> DEACTIVATED;
            case 18 -> FRAUD;
            case 29 -> LEFT;
            case 35 -> person.register().tag() == Tag.GUEST ? PROMOTED : NONE;
            default -> NONE;
        };
    }
}
