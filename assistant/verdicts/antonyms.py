"""Words of general scientific English that turn a finding round: opposites by axis, and the cues of negation. Only data.

Each axis has two sides, written in base forms and compared by their stems. Written from general knowledge of how papers
speak, not from any set of claims.
"""

# ruff: noqa: E501 - tables and patterns stay on one line
from __future__ import annotations

AXES: tuple[tuple[str, str], ...] = (
    (  # amount and activity
        "positively increase increased rise raise elevate elevation elevated high higher highest more greater greatest enhance "
        "enhancement promote promotion stimulate stimulation induce induction activate activation active upregulate "
        "upregulation up augment amplify amplification boost accelerate acceleration grow growth gain expand expansion "
        "facilitate strengthen strong stronger exceed potentiate overexpress overexpression hyperactive abundant abundance "
        "large larger largest fast faster quick quickly rapid rapidly heavy heavier long longer prolong maximize maximal "
        "excess excessive surplus many multiple much majority most drive trigger encourage enable widen deepen intensify "
        "multiply double triple plentiful sufficient extend cause lead risk contribute major exacerbate aggravate "
        "rose risen grew grown climb soar surge ascend heighten overproduce accumulate accumulation stronger strongest longest "
        "widest broaden more elevates upward upwards hotter advance supersede overshoot hypertrophy sped taller fastest deepest heaviest quickest higher",
        "negatively inversely decrease decreased reduce reduction reduced lower lowest low less least fewer fewest few diminish inhibit inhibition "
        "inhibitory suppress suppression block blockade impair impairment attenuate attenuation downregulate "
        "downregulation down prevent prevention preventive repress repression limit decline fall drop lose loss shrink weaken weak "
        "weaker slow slower slowly delay deplete depletion abolish abrogate alleviate mitigate "
        "antagonize hinder impede restrict restriction hypoactive scarce small smaller smallest light lighter short "
        "shorter shorten minimize minimal insufficient minority lessen curtail curb dampen deter disrupt eliminate "
        "protect protection protective protects resist underexpress halve narrow block stop minor "
        "ameliorate reverse inactivate inactive discourage disable hamper fell fallen shrank shrunk sank sunk sink drop dropped plunge "
        "plummet descend decay dwindle wane cut slash recede retreat weakest slowest shortest lightest shallower downward downwards lost forestall "
        "inhibited stagnate collapse atrophy subside abate relieve",
    ),
    (  # worth
        "better best good improve improvement improved benefit beneficial effective effectively efficacy efficacious superior "
        "favorable favourable success successful succeed advantage advantageous outperform safe safely accurate correct reliable "
        "robust helpful healthy efficient win enhance",
        "worse worst bad worsen poor poorer poorly harm harmful ineffective inferior unfavorable unfavourable fail failure "
        "unsuccessful disadvantage underperform unsafe toxic inaccurate incorrect unreliable fragile adverse detrimental "
        "deteriorate deterioration unhealthy inefficient dangerous damage lose degrade degradation",
    ),
    ("positive positively", "negative negatively inverse inversely"),
    ("presence present exist existence", "absence absent missing lacking nonexistent"),
    ("sensitive sensitivity susceptible susceptibility vulnerable vulnerability responsive", "resistant resistance insensitive refractory immune unresponsive tolerant"),
    ("early earlier before prior precede preceding first begin start onset initiate initiation", "late later after subsequent follow following last end stop finish terminate termination"),
    ("above over exceed beyond", "below under beneath"), ("upper", "lower"),
    ("similar same equal comparable identical equivalent alike unchanged consistent constant stable", "different differ difference unequal distinct unlike dissimilar changed inconsistent variable unstable"),
    ("dependent depend dependence require requirement required necessary essential indispensable needed crucial critical", "independent independently dispensable unnecessary redundant irrelevant optional"),
    ("confirm support agree verify substantiate", "refute contradict disprove reject disagree challenge dispute"),
    ("all always every entire entirely complete completely fully wholly", "none never partial partially partly incomplete seldom rarely"),
    ("common commonly frequent frequently often usual usually typical widespread prevalent likely", "rare rarely infrequent infrequently seldom uncommon unusual atypical unlikely"),
    ("agonist", "antagonist"), ("include inclusion", "exclude exclusion"), ("accept", "reject"), ("open", "closed close"),
    ("old older elderly adult", "young younger child"), ("male man men", "female woman women"), ("maternal mother", "paternal father"),
    ("acute", "chronic"), ("left", "right"), ("wide broad", "narrow"), ("deep", "shallow"), ("simple easy", "complex difficult hard"),
    ("cheap inexpensive", "expensive costly"), ("linear", "nonlinear"), ("supervised", "unsupervised"), ("discrete", "continuous"),
    ("local", "global"), ("internal inner intracellular endogenous", "external outer extracellular exogenous"),
    ("anterior", "posterior"), ("ventral", "dorsal"), ("proximal", "distal"), ("vivo", "vitro"), ("homozygous", "heterozygous"),
    ("innate", "adaptive"), ("dominant", "recessive"), ("systolic", "diastolic"), ("hot warm", "cold cool"), ("dry", "wet"),
    ("symmetric", "asymmetric"), ("known", "unknown"), ("certain", "uncertain"), ("significant significantly", "insignificant nonsignificant insignificantly"),
    ("normal", "abnormal"), ("direct directly", "indirect indirectly"), ("reversible", "irreversible"), ("urban", "rural"),
    ("win won", "lose lost"), ("gain gained", "loss lose lost"), ("persist persistent remain last endure continue", "vanish disappear cease fade resolve"),
    ("north northern", "south southern"), ("east eastern", "west western"), ("advance", "retreat recede"), ("buy purchase", "sell sale"),
    ("heat heating", "cool cooling"), ("rich", "poor"), ("wealthy", "poor"), ("enrich", "deplete"), ("hire", "fire dismiss"),
    ("intact", "deficient defective damaged"), ("public", "private"), 
    ("domestic", "foreign"), ("formal", "informal"), ("tight", "loose"), ("dense", "sparse"), ("light lighter", "dark darker"), ("convex", "concave"),
    ("overestimate", "underestimate"), ("overfit", "underfit"), ("inflation", "deflation"), ("surplus", "deficit"), ("demand", "supply"),
    ("solid", "liquid"), ("soluble", "insoluble"), ("hydrophobic", "hydrophilic"), ("acidic acid", "alkaline basic"), 
    ("upstream", "downstream"), ("inward inflow influx", "outward outflow efflux"), ("ascending", "descending"), 
    ("sender", "receiver"), ("attractive", "repulsive"), ("winter", "summer"), ("morning", "evening"), ("day", "night"), ("synthesis synthesize", "breakdown degradation"), ("attract", "repel"), ("bind", "release unbind"),
    ("maximum", "minimum"), ("majority", "minority"), ("import", "export"), ("input", "output"), ("encoder", "decoder"),
    ("phosphorylate", "dephosphorylate"), ("methylate", "demethylate"), ("acetylate", "deacetylate"), ("differentiated", "undifferentiated"),
)  # fmt: skip

NO_DIRECTIONS = frozenset(
    "like liked likes liking part parts parting receive received receives receiving important importance importantly information "
    "informed inform informs informing position positions positioned positioning direction directions directed response responses "
    "responsible responsibility activity activities cost costs effect effects consist consists consisting consisted consistency "
    "potential potentially compare compared compares comparing comparison comparisons comparative comparatively option options "
    "publication publications publicity terminal terminals substantial substantially promoter promoters adaptation adaptations adapt "
    "adapted identity identities exclusive exclusively successive successively succession differential differentiation differentiate "
    "methyl basically descendants descendant improvised presentation presentations need needs helping helped critics criticism encoded "
    "encoding domestically attraction correction corrections expense expenses".split()
)  # share the stem of a word above and say nothing of its kind
QUANTIFIERS = frozenset(
    "more most many much less least few fewer fewest majority minority".split()
)  # opposites of each other only
NEGATIONS = frozenset(
    "not no never neither nor without cannot none nothing non hardly scarcely barely nobody nowhere".split()
)
NEGATING_VERBS = frozenset("fail failed fails failing failure lack lacks lacked lacking unable absence refrain".split())
NOT_NEGATIONS = ("not only", "no more than", "no less than", "no later than", "not least", "not until", "whether or not", "not just", "not to mention", "not merely", "no doubt", "no longer than", "or not")  # fmt: skip
REMOVALS = frozenset(
    "remove removed removing removal delete deleted deleting deletion ablate ablated ablation omit omitted omitting drop dropping knockout deficient devoid".split()
)
NULL_WORDS = frozenset(
    "unaffected unchanged unrelated irrelevant independent similar comparable equivalent insignificant nonsignificant "
    "negligible trivial incapable impossible ineffective dispensable".split()
)  # deny an effect without a negation
PRIVATIONS = frozenset("lack lacks lacked lacking without absence non".split())  # take a thing away, deny no finding
PREFIXES = ("non", "un", "in", "im", "ir", "dis", "il")

BEATING = "outperform surpass exceed beat outrank outscore excel dominate surpasses exceeds beats outperforms".split()
BEATEN = "underperform trail lag".split()
