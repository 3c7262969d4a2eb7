package dev.hopmeter.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.hopmeter.contract.Backend;
import dev.hopmeter.contract.Route;
import dev.hopmeter.contract.Stamp;
import dev.hopmeter.contract.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dependency table, the one clock, and one call site per stamp and service. */
class ArchitectureTest {

    private static final String OURS = "dev.hopmeter..";

    /** Each module's package, and the packages of ours that it may use besides its own. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("dev.hopmeter.contract", List.of()),
            Map.entry("dev.hopmeter.spring", List.of("dev.hopmeter.contract")),
            Map.entry("dev.hopmeter.spring.orders", List.of("dev.hopmeter.contract", "dev.hopmeter.spring")),
            Map.entry("dev.hopmeter.spring.push", List.of("dev.hopmeter.contract", "dev.hopmeter.spring")),
            Map.entry(
                    "dev.hopmeter.spring.windows",
                    List.of("dev.hopmeter.contract", "dev.hopmeter.spring", "dev.hopmeter.spring.push")),
            Map.entry("dev.hopmeter.stack", List.of("dev.hopmeter.contract")),
            Map.entry(
                    "dev.hopmeter.order",
                    List.of("dev.hopmeter.contract", "dev.hopmeter.spring", "dev.hopmeter.spring.orders")),
            Map.entry("dev.hopmeter.rows", List.of("dev.hopmeter.contract", "dev.hopmeter.spring")),
            Map.entry("dev.hopmeter.cdc", List.of("dev.hopmeter.contract", "dev.hopmeter.spring", "dev.hopmeter.rows")),
            Map.entry(
                    "dev.hopmeter.connect",
                    List.of("dev.hopmeter.contract", "dev.hopmeter.spring", "dev.hopmeter.rows")),
            Map.entry("dev.hopmeter.router", List.of("dev.hopmeter.contract", "dev.hopmeter.spring")),
            Map.entry(
                    "dev.hopmeter.aggregator",
                    List.of(
                            "dev.hopmeter.contract",
                            "dev.hopmeter.spring",
                            "dev.hopmeter.spring.push",
                            "dev.hopmeter.spring.windows")),
            Map.entry(
                    "dev.hopmeter.notifier",
                    List.of("dev.hopmeter.contract", "dev.hopmeter.spring", "dev.hopmeter.spring.push")),
            Map.entry(
                    "dev.hopmeter.unified",
                    List.of(
                            "dev.hopmeter.contract",
                            "dev.hopmeter.spring",
                            "dev.hopmeter.spring.orders",
                            "dev.hopmeter.spring.push",
                            "dev.hopmeter.spring.windows")),
            Map.entry("dev.hopmeter.load", List.of("dev.hopmeter.contract", "dev.hopmeter.stack")),
            Map.entry("dev.hopmeter.suite", List.of("dev.hopmeter.contract", "dev.hopmeter.load")));

    /** {@code take(trail, Stamp.X)}, {@code at(trail, Stamp.X, …)} and {@code with(Stamp.X, …)}; {@code at(Stamp.X)} reads one. */
    private static final Pattern TAKES_A_STAMP =
            Pattern.compile("\\.(?:(?:take|at)\\([^;]*?,\\s*|with\\(\\s*)Stamp\\.([A-Z]+)\\s*[,)]", Pattern.DOTALL);

    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter().importPaths(Tree.compiled());
    }

    @Test
    void everyClassBelongsToAModuleOfTheTable() {
        Set<String> packages = new TreeSet<>();
        classes.forEach(type -> packages.add(type.getPackageName()));
        assertThat(packages).containsExactlyInAnyOrderElementsOf(MAY_USE.keySet());
    }

    @Test
    void modulesUseOnlyWhatTheTablePermits() {
        MAY_USE.forEach((module, permitted) -> {
            List<String> allowed = new ArrayList<>(permitted);
            allowed.add(module);
            noClasses()
                    .that()
                    .resideInAPackage(module)
                    .should()
                    .dependOnClassesThat(are(resideInAPackage(OURS)
                            .and(DescribedPredicate.not(resideInAnyPackage(allowed.toArray(String[]::new))))))
                    .because(
                            "a service that knows another, or a load generator that knows a service, cannot be swapped")
                    .check(classes);
        });
    }

    @Test
    void theContractStandsOnTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage("dev.hopmeter.contract")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "dev.hopmeter.contract")
                .because("a vendor's type in the contract would bind every backend to that vendor")
                .check(classes);
    }

    @Test
    void onlyTheOneClockReadsTime() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.hopmeter.contract.SystemEpochClock")
                .should()
                .callMethodWhere(readsTime())
                .because("stamps are subtracted from each other, and time is injected so that tests can set it")
                .check(classes);
    }

    @Test
    void nothingIsStaticAndMutable() {
        List<String> mutable = new ArrayList<>();
        for (JavaClass type : classes) {
            type.getFields().stream()
                    .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                    .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL))
                    .forEach(field -> mutable.add(field.getFullName()));
        }
        assertThat(mutable).as("static state outlives the context that set it").isEmpty();
    }

    /** Services take stamps of different routes; an event passes each service once at most. */
    @Test
    void eachStampIsTakenAtOneCallSiteOfAService() {
        Map<Stamp, List<String>> sites = new EnumMap<>(Stamp.class);
        for (Path source : Tree.mainSources()) {
            String module = Tree.root().relativize(source).getName(0).toString();
            Matcher matcher = TAKES_A_STAMP.matcher(Tree.read(source));
            while (matcher.find()) {
                sites.computeIfAbsent(Stamp.valueOf(matcher.group(1)), stamp -> new ArrayList<>())
                        .add(module);
            }
        }
        Set<Stamp> taken = EnumSet.noneOf(Stamp.class);
        for (Backend backend : Backend.values()) {
            for (Workload workload : Route.workloadsOf(backend)) {
                Route.of(backend, workload).ifPresent(route -> taken.addAll(route.stamps()));
            }
        }
        assertThat(sites.keySet()).isEqualTo(taken);
        assertThat(sites)
                .allSatisfy((stamp, modules) -> assertThat(modules)
                        .as("modules with a call site of %s", stamp)
                        .doesNotHaveDuplicates());
    }

    private static DescribedPredicate<JavaCall<?>> readsTime() {
        Map<String, Set<String>> readers = Map.of(
                "java.lang.System", Set.of("currentTimeMillis", "nanoTime"),
                "java.time.Clock", Set.of("system", "systemUTC", "systemDefaultZone", "tickMillis"),
                "java.time.Instant", Set.of("now"),
                "java.time.LocalDateTime", Set.of("now"),
                "java.time.OffsetDateTime", Set.of("now"),
                "java.time.ZonedDateTime", Set.of("now"),
                "java.time.LocalDate", Set.of("now"));
        return DescribedPredicate.describe(
                "reads the machine's time",
                call -> call.getTarget() instanceof MethodCallTarget target
                        && readers.getOrDefault(target.getOwner().getFullName(), Set.of())
                                .contains(target.getName()));
    }
}
