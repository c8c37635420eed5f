package dev.muster;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Hears by which signal the process is told to end. A shutdown hook is not told.
///
/// The class that tells, `sun.misc.Signal` of the module `jdk.unsupported`, is called by reflection: the
/// compiler warns of it in a way that cannot be turned off.
final class Signals {
    private static final List<String> ENDING = List.of("TERM", "INT", "HUP");

    private Signals() {}

    /// Has `told` hear the name of the signal, such as `SIGTERM`, before Java acts on it as always. Signals
    /// that the process ignores (`nohup`) stay ignored.
    static void listen(Consumer<String> told) {
        for (String name : ENDING) {
            try {
                listen(name, told);
            } catch (ReflectiveOperationException e) {
                // With -Xrs, or in a Java without that class: then nothing is heard, and all else is as always.
                return;
            }
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private static void listen(String name, Consumer<String> told) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Method act = handler.getMethod("handle", signal);
        AtomicReference<Object> javas = new AtomicReference<>();
        InvocationHandler ours = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                told.accept("SIG" + name);
                Object next = javas.get();
                yield next == null ? null : act.invoke(next, arguments);
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "Signals";
        };
        Object installed = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, ours);
        try {
            javas.set(signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), installed));
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException("SIG" + name + " cannot be heard", e.getCause());
        }
    }
}
