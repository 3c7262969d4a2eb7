package dev.hopmeter.stack;

/**
 * How many processes the parts run in, which of the two ways of change data capture is among them, and how their JVMs
 * compile.
 *
 * @param instances of the unified backend's service; that backend has nothing else of this but the compilers
 */
public record Layout(BrokerLayout brokers, ServiceLayout services, CdcLayout cdc, Compilers compilers, int instances) {

    /** The brokers together, a process for each service, and {@code cdc-connector} as one of these. */
    public static final Layout USUAL = new Layout(BrokerLayout.TOGETHER, ServiceLayout.SEPARATE);

    /** With {@code cdc-connector}, compiled as is usual for this machine. */
    public Layout(BrokerLayout brokers, ServiceLayout services) {
        this(brokers, services, CdcLayout.ENGINE, Compilers.usual(), 1);
    }
}
