package dev.muster.console.html;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The frame around every page of a signed-in operator.
///
/// @param title the title of the page
/// @param section the section that the page belongs to
/// @param base the path of the realm's pages
/// @param tenant the partner's id
/// @param formToken the CSRF token of each form
/// @param once the idempotency key of the forms, so that a reload or a second click does not execute a form twice
/// @param assets the version of style sheets and scripts
/// @param home the path of the console
/// @param loadedAt when the page was rendered, formatted
/// @param error the error to show on the page; null if there is none
/// @param done a confirmation of what was just done; null if there is none
public record Layout(
        String title,
        NavSection section,
        String base,
        String tenant,
        Environment environment,
        String operator,
        String role,
        Actor actor,
        String formToken,
        String once,
        String assets,
        String home,
        String loadedAt,
        @Nullable ErrorMessage error,
        @Nullable String done) {
    /// A link to a section.
    public record Link(String title, Icon icon, String href, boolean current) {}

    /// The sections that this operator may read.
    public List<Link> sections() {
        return Stream.of(NavSection.values())
                .filter(each -> each.isInMenu() && actor.may(each.needs()))
                .map(each -> new Link(each.title(), each.icon(), base + "/" + each.path(), each == section))
                .toList();
    }

    /// The realm, such as `acme, production`.
    public String realm() {
        return tenant + ", " + environment.wireName();
    }

    /// The tenant's other environment, which needs a separate sign-in.
    public Environment otherEnvironment() {
        return environment == Environment.TEST ? Environment.PRODUCTION : Environment.TEST;
    }

    /// Returns the address of a static file.
    public String asset(String name) {
        return home + "/assets/" + name + "?v=" + assets;
    }

    public boolean may(Scope scope) {
        return actor.may(scope);
    }
}
