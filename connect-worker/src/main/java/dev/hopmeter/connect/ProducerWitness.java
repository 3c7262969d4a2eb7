package dev.hopmeter.connect;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a connector's producer was really given, by Connect, the worker's {@code producer.} lines and the connector's
 * overrides, for as long as the producer lives. Kafka hands it to every metrics reporter as the producer is made, and nothing
 * else tells it; nothing is done for a record. It is kept in the JVM's own MBean server, as Kafka makes the one and Connect
 * the other of the two objects that have to meet.
 *
 * <p>Named in the worker's properties, by which Kafka makes it, hence public.
 */
public final class ProducerWitness implements MetricsReporter {

    private static final String DOMAIN = "dev.hopmeter.connect";
    private static final String CLIENT = "client";
    private static final String GIVEN = "Given";

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private @Nullable ObjectName name;

    /** Made by Kafka. */
    public ProducerWitness() {}

    /** What an MBean server shows of it. */
    public interface Told {

        /** Every setting that the producer was given. */
        Map<String, Object> getGiven();
    }

    @Override
    public void configure(Map<String, ?> settings) {
        Map<String, Object> given = new TreeMap<>(settings);
        try {
            ObjectName unique = new ObjectName(DOMAIN + ":type=producer," + CLIENT + "="
                    + ObjectName.quote(String.valueOf(settings.get("client.id"))) + ",number="
                    + System.identityHashCode(this));
            beans.registerMBean(new StandardMBean((Told) () -> given, Told.class, false), unique);
            name = unique;
        } catch (JMException e) {
            throw new KafkaException("the producer's settings cannot be kept", e);
        }
    }

    /** The settings of every producer that is there, by its client's id. */
    static Map<String, Map<String, Object>> producers() {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        Map<String, Map<String, Object>> producers = new TreeMap<>();
        try {
            for (ObjectName each : beans.queryNames(new ObjectName(DOMAIN + ":type=producer,*"), null)) {
                read(beans, each, producers);
            }
        } catch (JMException e) {
            throw new IllegalStateException("the producers' settings cannot be read", e);
        }
        return producers;
    }

    private static void read(MBeanServer beans, ObjectName each, Map<String, Map<String, Object>> producers)
            throws JMException {
        try {
            Map<String, Object> given = new LinkedHashMap<>();
            ((Map<?, ?>) beans.getAttribute(each, GIVEN)).forEach((key, value) -> {
                if (value != null) {
                    given.put(String.valueOf(key), value);
                }
            });
            producers.put(ObjectName.unquote(each.getKeyProperty(CLIENT)), given);
        } catch (InstanceNotFoundException e) {
            // Closed meanwhile.
        }
    }

    @Override
    public void close() {
        ObjectName kept = name;
        if (kept != null) {
            try {
                beans.unregisterMBean(kept);
            } catch (JMException e) {
                throw new KafkaException("the producer's settings cannot be let go", e);
            }
            name = null;
        }
    }

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}
}
