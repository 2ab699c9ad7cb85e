"""The medicines: general knowledge for a demonstration, no medical advice and no doses."""


def medicine(name: str, name_en: str, use: str, use_en: str, adviser: str = "pharmacy") -> dict:
    return {"name": {"zh": name, "en": name_en}, "use": {"zh": use, "en": use_en}, "adviser": adviser}


MEDICINES = {
    "amlodipine": medicine("氨氯地平", "Amlodipine", "降低血压", "Lowers blood pressure", "cardiology"),
    "aspirin": medicine("阿司匹林", "Aspirin", "抗血小板，须遵医嘱", "Antiplatelet, on prescription", "cardiology"),
    "calcium-d3": medicine("碳酸钙 D3", "Calcium with vitamin D3", "补充钙和维生素 D", "Supplies calcium and vitamin D"),
    "ferrous-sulfate": medicine("硫酸亚铁", "Ferrous sulfate", "补铁", "Supplies iron", "haematology"),
    "hydrocortisone": medicine("氢化可的松乳膏", "Hydrocortisone cream", "外用抗炎", "Calms inflamed skin", "dermatology"),
    "ibuprofen": medicine("布洛芬", "Ibuprofen", "退热止痛", "Lowers fever and pain"),
    "loratadine": medicine("氯雷他定", "Loratadine", "缓解过敏症状", "Relieves allergy"),
    "metformin": medicine("二甲双胍", "Metformin", "降低血糖", "Lowers blood sugar", "endocrinology"),
    "omeprazole": medicine("奥美拉唑", "Omeprazole", "抑制胃酸", "Reduces stomach acid"),
    "oral-rehydration-salts": medicine("口服补液盐", "Oral rehydration salts", "补充水和电解质", "Replaces water and salts"),
    "paracetamol": medicine("对乙酰氨基酚", "Paracetamol", "退热止痛", "Lowers fever and pain"),
    "salbutamol": medicine("沙丁胺醇吸入剂", "Salbutamol inhaler", "缓解喘息", "Relieves wheezing", "respiratory"),
}

# Packs in the warehouse as its file has them; one line of it is spoilt, as lines of such files are now and then.
STOCK = {identifier: str(40 + 7 * number) for number, identifier in enumerate(MEDICINES)} | {"omeprazole": "4O"}
# What the warehouse keeps in its cold store.
COLD = {"salbutamol"}


def listing() -> list[dict]:
    return [{"id": identifier, "name": each["name"]} for identifier, each in MEDICINES.items()]
