import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.QuestionDef;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.MultipleItemsData;
import org.javarosa.core.model.data.SelectMultiData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.services.properties.IPropertyRules;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormAnswerDataParser;
import org.javarosa.xform.util.XFormAnswerDataSerializer;
import org.javarosa.xform.util.XFormUtils;

/** Runs forms in JavaRosa: a request as one line of JSON on stdin, the answer as one line on stdout. */
public class JavaRosaPeer {
    static final ObjectMapper JSON = new ObjectMapper();
    static final XFormAnswerDataSerializer TEXT = new XFormAnswerDataSerializer();
    static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
    static final OperatingSystemMXBean PROCESS =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean(); // too coarse for one answer

    static Path folder = Path.of(".");

    FormDef form;
    FormEntryController controller;
    FormIndex added; // where the last row was added: the next one is looked for from there on

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        new XFormsModule().registerModule();
        PropertyManager.setPropertyManager(new NoProperties());
        ReferenceManager.instance().addReferenceFactory(new FolderFactory());
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            Object answer;
            try {
                answer = perform(JSON.readTree(line));
            } catch (Throwable error) {
                answer = Map.of("error", String.valueOf(error));
            }
            answers.write((JSON.writeValueAsString(answer) + "\n").getBytes(StandardCharsets.UTF_8));
            answers.flush();
        }
    }

    static Object perform(JsonNode request) throws Exception {
        folder = Path.of(request.path("folder").asText("."));
        return request.get("do").asText().equals("play") ? play(request) : bench(request);
    }

    // ---- playing a sequence of steps -------------------------------------------------------------

    static Object play(JsonNode request) throws Exception {
        JavaRosaPeer peer = new JavaRosaPeer();
        peer.load(request.get("xml").asText());
        List<Object> dumps = new ArrayList<>();
        dumps.add(peer.dump());
        for (JsonNode step : request.get("steps")) {
            try {
                peer.step(step);
                dumps.add(peer.dump());
            } catch (RuntimeException error) {
                dumps.add(Map.of("!", String.valueOf(error)));
            }
        }
        return Map.of("dumps", dumps);
    }

    void load(String xml) throws Exception {
        form = XFormUtils.getFormRaw(
            new InputStreamReader(new java.io.ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8));
        controller = new FormEntryController(new FormEntryModel(form));
        form.initialize(true, new InstanceInitializationFactory());
    }

    void step(JsonNode step) throws Exception {
        String what = step.get(0).asText();
        String ref = step.get(1).asText();
        if (what.equals("set")) {
            set(reference(ref), step.get(2).asText());
        } else if (what.equals("add")) {
            added = nextRow(ref);
            form.createNewRepeat(added);
        } else {
            added = null;
            form.deleteRepeat(indexOf(ref, FormEntryController.EVENT_REPEAT));
        }
    }

    /** Stores without asking the constraint, as the other engines do; the dump tells whether it holds. */
    void set(TreeReference ref, String text) {
        TreeElement node = form.getMainInstance().resolveReference(ref);
        form.setValue(text.isEmpty() ? null : data(node, ref, text), ref, node, true);
    }

    IAnswerData data(TreeElement node, TreeReference ref, String text) {
        QuestionDef question = FormDef.findQuestionByRef(ref.genericize(), form);
        int control = question == null ? 0 : question.getControlType();
        if (control == org.javarosa.core.model.Constants.CONTROL_SELECT_ONE) {
            return new SelectOneData(new Selection(text));
        }
        if (control == org.javarosa.core.model.Constants.CONTROL_SELECT_MULTI) {
            List<Selection> chosen = new ArrayList<>();
            for (String one : text.split(" ")) chosen.add(new Selection(one));
            return new SelectMultiData(chosen);
        }
        IAnswerData made = XFormAnswerDataParser.getAnswerData(text, node.getDataType(), question);
        if (made == null) throw new IllegalArgumentException("no value of this type: " + text);
        return made;
    }

    static TreeReference reference(String ref) {
        TreeReference made = TreeReference.rootRef();
        for (String step : ref.substring(1).split("/")) {
            int open = step.indexOf('[');
            int position = open < 0 ? 1 : Integer.parseInt(step.substring(open + 1, step.length() - 1));
            made.add(open < 0 ? step : step.substring(0, open), position - 1);
        }
        return made;
    }

    /** Walks the form as a person pages through it until the event at `ref`: repeats are made on the way. */
    FormIndex indexOf(String ref, int event) {
        return indexOf(ref, event, FormIndex.createBeginningOfFormIndex());
    }

    FormIndex nextRow(String ref) {
        boolean known = added != null && added.getReference().genericize().equals(reference(ref).genericize());
        FormIndex from = known ? added : FormIndex.createBeginningOfFormIndex();
        return indexOf(ref, FormEntryController.EVENT_PROMPT_NEW_REPEAT, from);
    }

    FormIndex indexOf(String ref, int event, FormIndex from) {
        TreeReference wanted = reference(ref);
        controller.jumpToIndex(from);
        for (int at = controller.stepToNextEvent(); at != FormEntryController.EVENT_END_OF_FORM; at = controller.stepToNextEvent()) {
            FormIndex index = controller.getModel().getFormIndex();
            TreeReference here = index.getReference();
            if (at != event || here == null || !here.genericize().equals(wanted.genericize())) continue;
            boolean same = true;
            int last = event == FormEntryController.EVENT_PROMPT_NEW_REPEAT ? here.size() - 1 : here.size();
            for (int level = 0; level < last; level++) {
                same &= Math.max(0, here.getMultiplicity(level)) == wanted.getMultiplicity(level);
            }
            if (same) return index;
        }
        throw new IllegalArgumentException("no such repeat: " + ref);
    }

    Map<String, Object> dump() {
        Map<String, List<String>> choices = new LinkedHashMap<>();
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        for (int at = controller.stepToNextEvent(); at != FormEntryController.EVENT_END_OF_FORM; at = controller.stepToNextEvent()) {
            if (at != FormEntryController.EVENT_QUESTION) continue;
            QuestionDef question = controller.getModel().getQuestionPrompt().getQuestion();
            if (question.getDynamicChoices() == null && question.getChoices() == null) continue;
            choices.put(pathOf(controller.getModel().getFormIndex().getReference()), values());
        }
        Map<String, Object> found = new LinkedHashMap<>();
        dump(form.getMainInstance().getRoot(), "", choices, found);
        return found;
    }

    List<String> values() {
        List<String> found = new ArrayList<>();
        List<SelectChoice> choices = controller.getModel().getQuestionPrompt().getSelectChoices();
        if (choices != null) for (SelectChoice choice : choices) found.add(choice.getValue());
        return found;
    }

    String pathOf(TreeReference ref) {
        StringBuilder path = new StringBuilder();
        TreeReference upTo = TreeReference.rootRef();
        for (int level = 0; level < ref.size(); level++) {
            upTo.add(ref.getName(level), Math.max(0, ref.getMultiplicity(level)));
            path.append('/').append(ref.getName(level));
            TreeElement node = form.getMainInstance().resolveReference(upTo);
            if (node != null && node.isRepeatable()) path.append('[').append(ref.getMultiplicity(level) + 1).append(']');
        }
        return path.toString();
    }

    void dump(TreeElement node, String above, Map<String, List<String>> choices, Map<String, Object> found) {
        if (node.getMult() == TreeReference.INDEX_TEMPLATE || node.getName().equals("meta")) return;
        String path = above + "/" + node.getName() + (node.isRepeatable() ? "[" + (node.getMult() + 1) + "]" : "");
        for (int child = 0; child < node.getNumChildren(); child++) dump(node.getChildAt(child), path, choices, found);
        if (node.getNumChildren() > 0 || node.getDataType() == org.javarosa.core.model.Constants.DATATYPE_NULL && node.isRepeatable()) return;
        IAnswerData value = node.getValue();
        boolean valid = value == null
            ? !node.isRequired()
            : form.evaluateConstraint(node.getRef(), value);
        found.put(path, Arrays.asList(
            value == null ? "" : String.valueOf(TEXT.serializeAnswerData(value)),
            node.isRelevant(), node.isRequired(), !node.isEnabled(), valid, choices.get(path)));
    }

    // ---- measuring ------------------------------------------------------------------------------

    static Object bench(JsonNode request) throws Exception {
        String xml = request.get("xml").asText();
        Map<String, Object> found = new LinkedHashMap<>();
        List<double[]> loads = new ArrayList<>();
        JavaRosaPeer peer = new JavaRosaPeer();
        for (int time = 0; time < request.get("loads").asInt(); time++) {
            long process = PROCESS.getProcessCpuTime();
            double[] took = timed(() -> peer.load(xml));
            took[0] = (PROCESS.getProcessCpuTime() - process) / 1e6; // with the threads that collect and compile
            loads.add(took);
        }
        found.put("load", loads);
        for (JsonNode step : request.get("before")) peer.step(step);
        for (JsonNode work : request.get("work")) found.put(work.get("name").asText(), peer.work(work));
        System.gc();
        System.gc();
        found.put("heap_mb", (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1e6);
        found.put("total", peer.dump().get("/data/total"));
        return found;
    }

    List<double[]> work(JsonNode work) throws Exception {
        String what = work.get("what").asText();
        TreeReference ref = work.has("ref") ? reference(work.get("ref").asText()) : null;
        TreeReference shown = work.has("shown") ? reference(work.get("shown").asText()) : null;
        List<double[]> times = new ArrayList<>();
        for (int time = 0; time < work.get("times").asInt(); time++) {
            String value = work.has("values") ? work.get("values").get(time % work.get("values").size()).asText() : "";
            if (what.equals("set")) times.add(timed(() -> set(ref, value)));
            else if (what.equals("list")) times.add(timed(() -> { set(ref, value); list(shown); }));
            else if (what.equals("add")) {
                added = nextRow(work.get("ref").asText());
                times.add(timed(() -> form.createNewRepeat(added)));
            } else times.add(timed(() -> new XFormSerializingVisitor().serializeInstance(form.getMainInstance())));
        }
        return times;
    }

    void list(TreeReference shown) {
        FormIndex index = FormIndex.createBeginningOfFormIndex();
        while (!shown.equals(index.getReference())) index = controller.getModel().incrementIndex(index);
        if (controller.getModel().getQuestionPrompt(index).getSelectChoices().isEmpty()) throw new IllegalStateException();
    }

    interface Work {
        void run() throws Exception;
    }

    /** Gives milliseconds of this thread alone and on the clock. */
    static double[] timed(Work work) throws Exception {
        long cpu = CLOCK.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        work.run();
        wall = System.nanoTime() - wall;
        return new double[] {(CLOCK.getCurrentThreadCpuTime() - cpu) / 1e6, wall / 1e6};
    }

    // ---- what the host tells a form: nothing ------------------------------------------------------

    static class NoProperties implements IPropertyManager {
        public List<String> getProperty(String name) {
            return List.of();
        }

        public String getSingularProperty(String name) {
            return "";
        }

        public void setProperty(String name, String value) {}

        public void setProperty(String name, List<String> values) {}

        public void addRules(IPropertyRules rules) {}

        public List<IPropertyRules> getRules() {
            return List.of();
        }
    }

    // ---- files beside the form ------------------------------------------------------------------

    static class FolderFactory extends PrefixedRootFactory {
        FolderFactory() {
            super(new String[] {"file/", "file-csv/", "images/"});
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            return new FileReference(folder.resolve(terminal).toFile(), uri);
        }
    }

    record FileReference(File file, String uri) implements Reference {
        public boolean doesBinaryExist() {
            return file.isFile();
        }

        public InputStream getStream() throws java.io.IOException {
            return new FileInputStream(file);
        }

        public String getURI() {
            return uri;
        }

        public String getLocalURI() {
            return file.getPath();
        }

        public boolean isReadOnly() {
            return true;
        }

        public OutputStream getOutputStream() {
            throw new UnsupportedOperationException();
        }

        public void remove() {
            throw new UnsupportedOperationException();
        }

        public Reference[] probeAlternativeReferences() {
            return new Reference[0];
        }
    }
}
