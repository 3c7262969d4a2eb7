package dev.hopmeter.spring;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.ClassUtils;

/** The connection pool, if there is one, and what the JDBC driver makes of the address. */
final class DatabaseParts implements EffectiveParts {

    private static final boolean POOLED =
            ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource", DatabaseParts.class.getClassLoader());

    private final ObjectProvider<DataSource> sources;

    DatabaseParts(ObjectProvider<DataSource> sources) {
        this.sources = sources;
    }

    @Override
    public List<EffectivePart> parts() {
        List<EffectivePart> parts = new ArrayList<>();
        sources.orderedStream().forEach(source -> {
            if (POOLED && Pool.isPool(source)) {
                parts.addAll(Pool.parts(source));
            } else {
                parts.add(driver(address(source), new Properties()));
            }
        });
        return parts;
    }

    private static @Nullable String address(DataSource source) {
        BeanWrapper bean = PropertyAccessorFactory.forBeanPropertyAccess(source);
        return bean.isReadableProperty("url") && bean.getPropertyValue("url") instanceof String url ? url : null;
    }

    /** The driver's own properties, by what the address and the others say, beside those of an address without any. */
    static EffectivePart driver(@Nullable String url, Properties others) {
        EffectivePart part = new EffectivePart("jdbc driver");
        if (url == null) {
            return part.untold("settings", "the data source does not tell its address");
        }
        try {
            int scheme = url.indexOf(':', url.indexOf(':') + 1) + 1;
            Map<String, @Nullable String> usual = properties(url.substring(0, scheme), new Properties());
            Map<String, @Nullable String> values = properties(url, others);
            values.forEach((name, value) -> part.setting(name, value, usual.get(name)));
            List<String> given = new ArrayList<>(others.stringPropertyNames());
            int query = url.indexOf('?');
            if (query >= 0) {
                for (String pair : url.substring(query + 1).split("&")) {
                    given.add(pair.split("=", 2)[0]);
                }
            }
            given.stream()
                    .filter(name -> !name.isEmpty() && !values.containsKey(name))
                    .forEach(part::unknown);
        } catch (SQLException e) {
            part.untold("settings", "no driver reads the address");
        }
        return part;
    }

    private static Map<String, @Nullable String> properties(String url, Properties others) throws SQLException {
        Map<String, @Nullable String> properties = new TreeMap<>();
        for (DriverPropertyInfo property : DriverManager.getDriver(url).getPropertyInfo(url, others)) {
            properties.put(property.name, property.value);
        }
        return properties;
    }

    /** Apart, as a service without a pool has not its classes. */
    private static final class Pool {

        private static final Set<String> NO_SETTINGS = Set.of("poolName", "username", "password", "jdbcUrl");

        static boolean isPool(DataSource source) {
            return source instanceof HikariDataSource;
        }

        static List<EffectivePart> parts(DataSource source) {
            HikariDataSource pool = (HikariDataSource) source;
            HikariConfig usual = new HikariConfig();
            usual.setJdbcUrl(pool.getJdbcUrl());
            usual.validate();
            EffectivePart part = new EffectivePart("jdbc pool");
            BeanSettings.read(part, "", HikariConfig.class, pool, usual, NO_SETTINGS);
            return List.of(part, driver(pool.getJdbcUrl(), pool.getDataSourceProperties()));
        }
    }
}
