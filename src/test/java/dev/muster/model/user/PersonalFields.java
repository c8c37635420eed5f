package dev.muster.model.user;

import java.util.List;

/// The names of the personal fields of a user, for tests in other packages.
public final class PersonalFields {
    private PersonalFields() {}

    public static List<String> names() {
        return UserFields.personal();
    }
}
