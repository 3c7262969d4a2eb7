package dev.hopmeter.stack;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * A JVM with several services: {@code ServicesProcess JAR PROPERTIES-FILE...}, each jar unpacked. The libraries of all are
 * on the class path, so that those that services have in common are loaded and compiled once. What a service asks its own
 * class loader for it finds in its own libraries alone, or Spring Boot would configure what the others use. The first that
 * does not start ends it; they end with its standard input.
 */
final class ServicesProcess {

    private ServicesProcess() {}

    public static void main(String[] arguments) throws IOException {
        List<Thread> starts = new ArrayList<>();
        for (int i = 0; i < arguments.length; i += 2) {
            Path jar = Path.of(arguments[i]);
            String properties = "--spring.config.additional-location=file:" + arguments[i + 1];
            Attributes manifest = manifest(jar);
            Class<?> service = load(
                    new OwnLibraries(jar, libraries(manifest).keySet()), manifest.getValue(Attributes.Name.MAIN_CLASS));
            starts.add(
                    Thread.ofPlatform().name("start-" + jar.getFileName()).unstarted(() -> run(service, properties)));
        }
        starts.forEach(Thread::start);
    }

    /** The class path of the JVM: this class, and each library of those unpacked jars once. */
    static String classPath(List<Path> jars) {
        try {
            Map<String, Path> libraries = new LinkedHashMap<>();
            for (Path jar : jars) {
                libraries(manifest(jar)).forEach((name, path) -> libraries.putIfAbsent(name, jar.resolveSibling(path)));
            }
            List<String> places = new ArrayList<>(List.of(placeOf(ServicesProcess.class)));
            libraries.values().forEach(path -> places.add(path.toString()));
            return String.join(File.pathSeparator, places);
        } catch (IOException e) {
            throw new StackException("cannot read the services' jars: " + e.getMessage(), e);
        }
    }

    private static Attributes manifest(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes();
        }
    }

    /** Each library's path beside the jar, by its file name. */
    private static Map<String, Path> libraries(Attributes manifest) {
        Map<String, Path> libraries = new LinkedHashMap<>();
        String classPath = manifest.getValue(Attributes.Name.CLASS_PATH);
        if (classPath == null) {
            throw new IllegalArgumentException("a service's jar without a Class-Path is not one that was unpacked");
        }
        for (String entry : classPath.split(" ")) {
            Path path = Path.of(entry);
            libraries.put(String.valueOf(path.getFileName()), path);
        }
        return libraries;
    }

    private static Class<?> load(ClassLoader loader, String name) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the jar has no class " + name, e);
        }
    }

    private static void run(Class<?> service, String argument) {
        Thread.currentThread().setContextClassLoader(service.getClassLoader());
        try {
            Method main = service.getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) new String[] {argument});
        } catch (ReflectiveOperationException | RuntimeException e) {
            e.printStackTrace(System.err);
            // At once, so that these are the log's last lines.
            Runtime.getRuntime().halt(1);
        }
    }

    private static String placeOf(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IllegalStateException(type + " comes from nowhere");
        }
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(source.getLocation() + " is no place", e);
        }
    }

    /** Defines a service's own classes, and shows what is in its own libraries and the JDK of what is on the class path. */
    private static final class OwnLibraries extends URLClassLoader {

        static {
            registerAsParallelCapable();
        }

        private final Set<String> libraries;

        OwnLibraries(Path jar, Set<String> libraries) throws IOException {
            super(new URL[] {jar.toUri().toURL()}, ServicesProcess.class.getClassLoader());
            this.libraries = new HashSet<>(libraries);
            this.libraries.add(String.valueOf(jar.getFileName()));
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            Class<?> type = super.loadClass(name, resolve);
            CodeSource source = type.getProtectionDomain().getCodeSource();
            boolean ofTheJdk =
                    source == null || !source.getLocation().getProtocol().equals("file");
            if (!ofTheJdk && !isOurs(source.getLocation().getPath())) {
                throw new ClassNotFoundException(name);
            }
            return type;
        }

        @Override
        public @Nullable URL getResource(String name) {
            try {
                Enumeration<URL> found = getResources(name);
                return found.hasMoreElements() ? found.nextElement() : null;
            } catch (IOException e) {
                return null;
            }
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            // By their text, as a URL compares hosts; a jar's own search finds the libraries that its manifest names as
            // well.
            Map<String, URL> found = new LinkedHashMap<>();
            Collections.list(findResources(name)).forEach(each -> found.put(each.toExternalForm(), each));
            for (URL each : Collections.list(getParent().getResources(name))) {
                String file = each.getPath();
                int inside = file.indexOf("!/");
                if (inside < 0 || isOurs(file.substring(0, inside))) {
                    found.put(each.toExternalForm(), each);
                }
            }
            return Collections.enumeration(found.values());
        }

        private boolean isOurs(String place) {
            return libraries.contains(place.substring(place.lastIndexOf('/') + 1));
        }
    }
}
