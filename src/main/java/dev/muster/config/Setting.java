package dev.muster.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A setting of the server: an option of the command line that can be given in the environment instead.
///
/// @param option such as `--public-url`
/// @param label what help calls the value; null for a switch, which has none
/// @param standard the value when none is given; null if there is none
/// @param help a sentence or two
/// @param note what help says after the variable's name
/// @param isSecret whether a variable that ends in `_FILE` may name a file with the value, as Docker and systemd do
///     it
public record Setting(
        String option, @Nullable String label, @Nullable String standard, String help, String note, boolean isSecret) {

    static Setting of(String option, String label, String help) {
        return new Setting(option, label, null, help, "", false);
    }

    static Setting flag(String option, String help) {
        return new Setting(option, null, null, help, "", false);
    }

    Setting withDefault(String value) {
        return new Setting(option, label, value, help, "; default: " + value, isSecret);
    }

    Setting withNote(String text) {
        return new Setting(option, label, standard, help, text, isSecret);
    }

    Setting asSecret() {
        return new Setting(option, label, standard, help, note, true);
    }

    /// `--public-url` is `MUSTER_PUBLIC_URL` in the environment.
    public String variable() {
        return "MUSTER_" + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /// The variable that names a file with a secret.
    public String fileVariable() {
        return variable() + "_FILE";
    }

    /// The lines of the option's help.
    public String[] description() {
        return new String[] {help, variable() + note};
    }
}
