package dev.hopmeter.spring;

import java.beans.PropertyDescriptor;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Set;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.ReflectionUtils;

/** Reads an object's settings by its getters, beside those of one that nobody has set up. */
final class BeanSettings {

    private BeanSettings() {}

    /**
     * Adds each property that is a number, a word, a switch, a duration or a list of these.
     *
     * @param prefix of the settings' names
     * @param type whose getters are read
     * @param is an instance of it
     * @param usual another one, as it is by default
     * @param leftOut properties that are no settings
     */
    static void read(EffectivePart to, String prefix, Class<?> type, Object is, Object usual, Set<String> leftOut) {
        for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
            Method getter = property.getReadMethod();
            if (getter == null || leftOut.contains(property.getName()) || !isPlain(getter.getReturnType())) {
                continue;
            }
            to.setting(
                    prefix + DataObjectPropertyName.toDashedForm(property.getName()),
                    ReflectionUtils.invokeMethod(getter, is),
                    ReflectionUtils.invokeMethod(getter, usual));
        }
    }

    private static boolean isPlain(Class<?> type) {
        return type != Class.class && (BeanUtils.isSimpleProperty(type) || Duration.class.isAssignableFrom(type));
    }
}
