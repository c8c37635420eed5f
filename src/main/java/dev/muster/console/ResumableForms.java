package dev.muster.console;

import dev.muster.directory.Credentials;
import dev.muster.directory.PendingForms;
import dev.muster.http.Form;
import dev.muster.http.Request;
import dev.muster.model.Result;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Forms that are kept until their operator has signed in or proved their identity again, so that nothing typed is
/// lost. Their fields, which may include a password, are never sent back to the browser.
final class ResumableForms {
    /// The field with the id of a pending form, which replaces the form's other fields.
    static final String FIELD = "resume";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{43}");

    /// Fields that belong to the page and are not input.
    private static final Set<String> PAGE_FIELDS = Set.of("csrf", FIELD);

    private final PendingForms pendingForms;

    ResumableForms(PendingForms pendingForms) {
        this.pendingForms = pendingForms;
    }

    /// A form that can be resumed.
    ///
    /// @param path the path to which the form was sent, without the path prefix of a proxy
    record ResumableForm(String path, Form form) {}

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /// Keeps a form for the operator who sent it.
    ///
    /// @return its id; null if it could not be kept
    @Nullable
    String keep(Request request, long realm, UUID operator, Form form) {
        byte[] path = (request.rawPath() + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] fields = form.without(PAGE_FIELDS).encoded();
        byte[] whole = Arrays.copyOf(path, path.length + fields.length);
        System.arraycopy(fields, 0, whole, path.length, fields.length);
        return Credentials.answered(() -> Result.ok(pendingForms.keep(realm, operator, whole)))
                        instanceof Result.Ok<String>(var id)
                ? id
                : null;
    }

    /// Returns the form with this id if this operator sent it; otherwise null.
    @Nullable
    ResumableForm find(PageVisit visit, String id) {
        return read(
                id,
                () -> pendingForms.find(
                        visit.realmId(), visit.visitor().operator().id(), id));
    }

    /// Like [#find], but also removes the form.
    @Nullable
    ResumableForm take(PageVisit visit, String id) {
        return read(
                id,
                () -> pendingForms.take(
                        visit.realmId(), visit.visitor().operator().id(), id));
    }

    private interface Source {
        byte @Nullable [] form();
    }

    private static @Nullable ResumableForm read(String id, Source source) {
        if (!isId(id)) {
            return null;
        }
        Result<Optional<byte[]>> kept = Credentials.answered(() -> Result.ok(Optional.ofNullable(source.form())));
        return kept instanceof Result.Ok<Optional<byte[]>>(var found)
                ? found.map(ResumableForms::waiting).orElse(null)
                : null;
    }

    private static ResumableForm waiting(byte[] whole) {
        int end = 0;
        while (whole[end] != '\n') {
            end++;
        }
        return new ResumableForm(
                new String(whole, 0, end, StandardCharsets.UTF_8),
                Form.decoded(Arrays.copyOfRange(whole, end + 1, whole.length)));
    }
}
