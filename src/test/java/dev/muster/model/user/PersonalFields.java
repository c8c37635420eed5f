package dev.muster.model.user;

import java.util.List;

/// Gives tests in other packages the names of a user's personal fields.
public final class PersonalFields {
    private PersonalFields() {}

    public static List<String> names() {
        return UserFields.personal();
    }
}
