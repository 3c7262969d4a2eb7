# One file for every service and for the load generator: docker build --build-arg SERVICE=router-service .
# (docker compose build does them all, and the stage with Maven once).
ARG JAVA=25

FROM maven:3.9-eclipse-temurin-${JAVA} AS build
WORKDIR /source
COPY . .
# Maven's repository stays between builds. Maven itself reads arguments of yours, such as settings with a mirror, from MAVEN_ARGS.
ARG MAVEN_ARGS=
RUN --mount=type=cache,target=/root/.m2,sharing=locked \
    mvn -B -q -Dmaven.test.skip=true package -am \
      -pl load-generator,order-service,cdc-connector,router-service,aggregator-service,notifier-service,unified-backend

# A folder for each layer of the image: what changes least comes first.
FROM build AS layers
ARG SERVICE
RUN mkdir -p /layers/dependencies /layers/application/arms \
 && if [ "$SERVICE" = load-generator ]; then \
      cp -r load-generator/target/lib /layers/dependencies/lib \
      && rm /layers/dependencies/lib/pipeline-*.jar /layers/dependencies/lib/local-stack-*.jar \
      && mkdir /layers/application/lib \
      && cp load-generator/target/lib/pipeline-*.jar load-generator/target/lib/local-stack-*.jar \
            load-generator/target/load-generator.jar /layers/application/lib/; \
    else \
      java -Djarmode=tools -jar "$SERVICE/target/$SERVICE.jar" extract --destination /layers/extracted \
      && mkdir /layers/dependencies/lib /layers/application/lib \
      && mv /layers/extracted/lib/pipeline-*.jar /layers/application/lib/ \
      && mv /layers/extracted/lib/* /layers/dependencies/lib/ \
      && mv "/layers/extracted/$SERVICE.jar" /layers/application/service.jar; \
    fi \
 && sh compose/split-arms local-stack/src/main/resources/dev/hopmeter/stack/arms "$SERVICE" /layers/application/arms

FROM eclipse-temurin:${JAVA}-jre AS runtime
RUN useradd --system --uid 10001 --user-group --no-create-home hopmeter \
 && install -d -o hopmeter -g hopmeter /data
COPY --chmod=755 compose/healthy /app/healthy
WORKDIR /app

FROM runtime AS load-generator
COPY --from=layers /layers/dependencies/ /app/
COPY --from=layers /layers/application/ /app/
USER hopmeter
WORKDIR /data
ENTRYPOINT ["java", "-cp", "/app/lib/*", "dev.hopmeter.load.Hopmeter"]

FROM runtime AS service
COPY --from=layers /layers/dependencies/ /app/
COPY --from=layers /layers/application/ /app/
USER hopmeter
WORKDIR /data
ENTRYPOINT ["java", "-jar", "/app/service.jar"]
