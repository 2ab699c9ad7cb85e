"""The articles: general knowledge for a demonstration, no medical advice."""


def article(title: str, title_en: str, text: str, text_en: str, author: str, *medicines: str) -> dict:
    return {
        "title": {"zh": title, "en": title_en}, "text": {"zh": text, "en": text_en},
        "author": author, "medicines": list(medicines),
    }


ARTICLES = {
    "1": article(
        "高血压", "Hypertension",
        "血压长期高于正常范围，常无症状。规律测量、少盐、运动是基础。",
        "Blood pressure above the normal range for long, often without symptoms. Measure it, eat less salt, move.",
        "cardiology", "amlodipine", "aspirin"),
    "2": article(
        "2 型糖尿病", "Type 2 diabetes",
        "身体不能很好地利用胰岛素，血糖升高。饮食与运动和药物同样重要。",
        "The body uses insulin poorly and blood sugar rises. Food and movement matter as much as medicines.",
        "endocrinology", "metformin"),
    "3": article(
        "感冒", "Common cold",
        "由多种病毒引起，通常一周左右自愈。多休息，多饮水。",
        "Caused by many viruses and over in about a week by itself. Rest and drink enough.",
        "respiratory", "paracetamol"),
    "4": article(
        "哮喘", "Asthma",
        "气道慢性炎症，发作时喘息、胸闷。应随身携带缓解药物。",
        "A chronic inflammation of the airways with wheezing attacks. Keep the reliever at hand.",
        "respiratory", "salbutamol"),
    "5": article(
        "胃食管反流", "Acid reflux",
        "胃内容物反流引起烧心。避免睡前进食，抬高床头。",
        "Stomach contents flow back and burn. Do not eat before sleep; raise the head of the bed.",
        "gastroenterology", "omeprazole"),
    "6": article(
        "过敏性鼻炎", "Allergic rhinitis",
        "接触过敏原后打喷嚏、流清涕。减少接触是第一步。",
        "Sneezing and a running nose after contact with an allergen. Less contact comes first.",
        "otolaryngology", "loratadine"),
    "7": article(
        "偏头痛", "Migraine",
        "反复发作的搏动性头痛，可伴恶心、怕光。记录诱因有帮助。",
        "Recurring throbbing headache, often with nausea and fear of light. A diary of triggers helps.",
        "neurology", "ibuprofen", "paracetamol"),
    "8": article(
        "缺铁性贫血", "Iron deficiency anaemia",
        "铁不足使血红蛋白减少，易疲劳。应先查明原因。",
        "Too little iron means too little haemoglobin and fatigue. Find the cause first.",
        "haematology", "ferrous-sulfate"),
    "9": article(
        "湿疹", "Eczema",
        "皮肤屏障受损，干燥瘙痒。保湿是每天的功课。",
        "A weak skin barrier, dry and itching. Moisturise every day.",
        "dermatology", "hydrocortisone"),
    "10": article(
        "骨质疏松", "Osteoporosis",
        "骨量减少，容易骨折。负重运动与充足的钙和维生素 D 有益。",
        "Bones lose mass and break easily. Weight-bearing exercise, calcium and vitamin D help.",
        "orthopaedics", "calcium-d3"),
    "11": article(
        "儿童发热", "Fever in children",
        "发热是症状。观察精神状态比体温数字更重要。",
        "Fever is a symptom. How the child behaves says more than the number.",
        "paediatrics", "paracetamol", "ibuprofen"),
    "12": article(
        "急性腹泻", "Acute diarrhoea",
        "首要的是补液。有血便或高热应及时就医。",
        "Replacing fluid comes first. See a doctor for blood or high fever.",
        "gastroenterology", "oral-rehydration-salts"),
}


def listing() -> list[dict]:
    return [{"id": identifier, "title": each["title"]} for identifier, each in ARTICLES.items()]


def search(words: str) -> list[dict]:
    """Finds the articles with these words in title or text, in either language."""
    def holds(each):
        return any(words.casefold() in text.casefold() for key in ("title", "text") for text in each[key].values())
    return [each for each in listing() if holds(ARTICLES[each["id"]])]
