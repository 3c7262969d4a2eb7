package dev.hopmeter.spring;

import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Tells every part of the service under {@code effective}. */
final class EffectiveContributor implements InfoContributor {

    private final ObjectProvider<EffectiveParts> kinds;

    EffectiveContributor(ObjectProvider<EffectiveParts> kinds) {
        this.kinds = kinds;
    }

    @Override
    public void contribute(Info.Builder info) {
        Map<String, Object> parts = new TreeMap<>();
        kinds.orderedStream().flatMap(kind -> kind.parts().stream()).forEach(part -> {
            String name = part.name();
            for (int i = 2; parts.containsKey(name); i++) {
                name = part.name() + " " + i;
            }
            parts.put(name, part.node());
        });
        info.withDetail("effective", parts);
    }
}
