"""How people write a demand, by language: adding an idiom or a language touches these tables alone.

Each is a list of patterns, joined to one; `en, pt, es, fr, de, it, zh, ja` stand in this order.
Latin words are matched whole, with what may follow them written out; the text is in small letters by then.
"""

from __future__ import annotations

import re

BEFORE: tuple[tuple[str, str], ...] = (
    # ">=" and "<=" come first: “no more than” holds a “more than”.
    ("<=", r"at most|no more than|not more than|not exceed(?:ing)?|max(?:imum)?(?: of)?\.?|up to|within|"
           r"no máximo|no maximo|não mais de|até|como máximo|no más de|hasta|au plus|pas plus de|jusqu'à|"
           r"höchstens|maximal|nicht mehr als|bis zu|al massimo|non più di|最多|不超过|不高于|不多于|不大于|至多"),
    (">=", r"at least|no (?:less|fewer) than|not (?:less|fewer|below|under)(?: than)?|min(?:imum)?(?: of)?\.?|"
           r"pelo menos|no mínimo|mínimo de|ao menos|al menos|como mínimo|por lo menos|au moins|minimum de|"
           r"mindestens|wenigstens|almeno|至少|不少于|不低于|不小于|最少"),
    ("<", r"(?:less|fewer|lower|smaller|faster|quicker|shorter) than|under|below|"
          r"menos (?:de|que)|abaixo de|inferior a|menor (?:que|de|a)|por debajo de|"
          r"moins de|inférieure?s? à|en dessous de|sous|weniger als|unter|kleiner als|meno di|sotto|inferiore a|"
          r"少于|小于|低于|不到|不足"),
    (">", r"(?:more|greater|higher|larger|better) than|over|above|exceed(?:s|ing)?|beyond|"
          r"mais (?:de|que)|acima de|superior a|maior (?:que|do que)|más de|mayor (?:que|a)|por encima de|"
          r"plus de|supérieure?s? à|au-dessus de|mehr als|über|größer als|più di|oltre|superiore a|"
          r"超过|大于|高于|多于|超"),
    ("==", r"exactly|equals?|equal to|exatamente|exactamente|exactement|genau|esattamente|等于|恰好"),
)  # fmt: skip
AFTER: tuple[tuple[str, str], ...] = (
    (">=", r"or (?:more|higher|better|greater|above|over)|and (?:up|above|more)|minimum|min\b|"
           r"ou mais|ou superior|o más|ou plus|oder mehr|o più|及以上|或以上|以上|起"),
    ("<=", r"or (?:less|fewer|lower|below|under|better still)|and (?:below|under)|max(?:imum)?\b|"
           r"ou menos|o menos|ou moins|oder weniger|o meno|及以下|或以下|以下|以内|之内"),
    ("<", r"未満"),
)  # fmt: skip
NONE = (
    r"no|zero|without(?: any)?|free of|not a single|nenhum|nenhuma|sem|ningún|ninguna|sin|cero|aucune?|sans|zéro|"
    r"keine?|ohne|null|nessun[oa]?|senza|"
)
ZERO = frozenset(("zero", "cero", "zéro", "null", "零", "ゼロ"))
NONE_CJK = r"无|没有|零|没|なし|ゼロ"

UNITS: tuple[tuple[str, str], ...] = (
    ("%", r"%|％|percent|per cent|por ?cento|por ?ciento|prozent|pour ?cent|per ?cento"),
    ("ms", r"ms|msec|milliseconds?|milissegundos?|milisegundos?|millisekunden?|millisecondes?|毫秒|ミリ秒"),
    ("/5", r"(?:/|out of|of|von|sur|de) ?5(?:[.,]0)?(?: ?stars?)?|stars?|★|estrelas?|estrellas?|étoiles?|sterne?|星"),
    ("/n", r"(?:/|out of|von|sur) ?(?:10|100)(?:[.,]0)?"),
    ("m", r"min|mins|minutes?|minutos?|minuten?|minuti|分钟|分"),
    ("h", r"h|hrs?|hours?|horas?|heures?|stunden?|ore|小时|時間"),
    ("d", r"d|days?|dias?|días?|jours?|tage?n?|giorni|天|日"),
    ("w", r"w|weeks?|semanas?|semaines?|wochen?|settimane|周|星期|週間?"),
    ("s", r"s|secs?|seconds?|segundos?|sekunden?|secondes?|secondi|秒"),
)  # fmt: skip
SCALE = {"k": 1_000, "thousand": 1_000, "mil": 1_000, "million": 1_000_000, "m": 1_000_000, "万": 10_000, "千": 1_000}

SPAN = r"(?:over|for|during|across|throughout|in|last|past|durante|por|em|im|über|während|sur|pendant|nel)"
"""What stands before the window of a demand: “over 7 days”, “in the last 24 h”."""
SPAN_UNITS = r"m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|w|months?|dias?|semanas?|tage|wochen?|jours|semaines?"
SPAN_CJK = r"(?:连续|近|最近|过去)?(\d+) ?(天|周|小时|个月)内?(?:的|，|,|$)"

ORDER = (
    r"orders?|purchases?|checkouts?|transactions?|pedidos?|compras?|encomendas?|vendas?|ventas?|bestellung(?:en)?|"
    r"commandes?|achats?|ordini|ordine|acquisti|订单|下单|购买|注文"
)
CUSTOMER = (
    r"users?|customers?|clients?|buyers?|shoppers?|people|testers?|usuários?|utilizadores|clientes?|usuarios?|kunden|"
    r"nutzer|utilisateurs?|utenti|clienti|用户|客户|顾客"
)
BUG = (
    r"bugs?|defects?|issues?|problems?|blockers?|crash(?:es)?|failures?|incidents?|bloqueador(?:es)?|problemas?|"
    r"falhas?|"
    r"fallos?|defeitos?|incidentes?|fehler|probleme?|défauts?|problèmes?|anomalies|difetti|problemi|"
    r"缺陷|问题|故障|崩溃|バグ|不具合"
)
CRITICAL = (
    r"critical|criticals|blockers?|blocking|show-?stoppers?|p0|sev-?[01]|fatal|crític[oa]s?|bloqueador(?:es)?|"
    r"kritischen?|critiques?|bloquants?|critic[iohe]+|严重|致命|阻断|重大な"
)
MAJOR = r"major|serious|severe|high|p0/p1|p1|sev-?2|grav[ei]s?|schwer(?:en|e)?|majeure?s?|importantes?|重大|高危"
ONE_STAR = r"(?:1|one)[- ]star|uma estrela|una estrella|一星|差评"
DAILY = r"(?:per|a|each|every|/) ?day|daily|por dia|ao dia|por día|al día|pro tag|par jour|al giorno|每天|每日|/天|/日"
WEEKLY = r"(?:per|a|each|every|/) ?week|weekly|por semana|pro woche|par semaine|alla settimana|每周|/周"
RATING = (
    r"satisfaction|ratings?|csat|scores?|stars?|reviews?|feedback|satisfação|satisfacción|avaliaç(?:ão|ões)|notas?|"
    r"zufriedenheit|bewertung(?:en)?|avis|évaluations?|soddisfazione|满意度|评分|好评|評価"
)
ANSWERS = (
    r"responses|ratings|reviews|answers|surveys?|feedback|respostas|avaliações|respuestas|bewertungen|réponses|"
    r"条?(?:反馈|评价)"
)
UPTIME = (
    r"uptime|availability|available|disponibilidade|disponível|disponibilidad|verfügbarkeit|verfügbar|disponibilité|"
    r"disponibilità|可用性|可用率|在线率|稼働率|可用"
)
ERRORS = (
    r"errors?|error rates?|failure rates?|5xx|(?:taxa|índice) de erros?|erros?|tasa de errores?|errores|fehlerrate|"
    r"fehlerquote|fehler|taux d'erreurs?|erreurs?|tasso di errore|错误率|错误|エラー率"
)
SPEED = (
    r"p9[059]|p50|latency|latencies|response times?|load(?:s|ing)?(?: times?)?|respon[sd]\w*|speed|answers?|ttfb|"
    r"performance|"
    r"tempos? de (?:resposta|carregamento)|latência|tiempos? de (?:respuesta|carga)|latencia|antwortzeit(?:en)?|"
    r"ladezeit(?:en)?|latenz|temps de (?:réponse|chargement)|latence|tempi? di risposta|latenza|"
    r"响应时间|响应|延迟|加载|応答時間"
)
QUESTIONS = (
    r"tickets?|questions?|enquir(?:y|ies)|inquir(?:y|ies)|support requests?|chamados?|perguntas?|anfragen|工单|咨询"
)
FAILED = r"fail(?:ed|ing|ures?)?|lost|declined|falhad[oa]s|fallid[oa]s|fehlgeschlagene?|échouée?s|失败"
SUCCESS = (
    r"success(?:ful|fully)?|succeed(?:s|ed)?|complet\w+|go(?:es)? through|sucesso|éxito|erfolg\w*|succès|réussi\w*|成功"
)
GROWTH = r"grow(?:s|th|ing)?|increas\w+|up by|crescimento|crec\w+|wachs\w+|wachstum|croissance|crescita|增长"
CLEAN = rf"(?:{NONE}trouble-) ?(?:{BUG}|errors?)|clean|problem-?free|没有问题|无问题|无故障"
CHECKLIST = r"checklist|all (?:items|tasks|boxes)"
BURN = r"burn rates?|burn"
LOW_IS_GOOD = (
    rf"{BUG}|{ERRORS}|{QUESTIONS}|latency|times?|duration|costs?|churn|bounces?|conflicts?|complaints?|timeouts?|"
    rf"refunds?|"
    r"rollbacks?|alerts?|downtime|abandon\w*|drops?|degradation|budget|queue|backlog|lag|tempo|custo|投诉|退款|耗时"
)
UNCOUNTED: tuple[tuple[str, str], ...] = (
    (r"positive .*(?:feedback|reviews?)|(?:feedback|reviews?) .*positive|feedback positivo|satisfied|satisfeito|"
     r"zufrieden|"
     r"satisfait|好评|满意|ratings? (?:good|high)", "feedback.mean > 4 over phase"),
    (r"performance|speed|fast enough|responsive|desempenho|rendimiento|leistung|性能", "p95 < 800ms over 24h"),
    (r"(?:grow|increas)\w* .*(?:orders?|volume|sales)|(?:orders?|sales) .*grow|crescimento|wachsend|增长",
     "orders.growth > 1"),
    (r"(?:all|every|core) .*(?:features?|flows?|tests?|tasks?|functions?)|todos os (?:fluxos|testes)|"
     r"alle (?:funktionen|tests)|"
     r"toutes les fonctions|所有(?:功能|测试)|全部(?:功能|测试)", "checklist.share >= 100%"),
    (r"support .*(?:manageable|load|under control)|suporte|客服", "questions.per_day <= 10"),
    (r"(?:users?|customers?) .*(?:orders?|buy|check ?out)|clientes? .*pedidos?", "orders.customers >= 5 over phase"),
    (r"stable|stability|estável|estabilidade|stabil|stabilité|稳定", "uptime >= 99% over 7d"),
)  # fmt: skip
"""What is wanted without a number, and the condition that may be meant: it is proposed, never taken."""

_STOP = """
a above achieve all always an and any are at average avg be below by check com consistently da das
de den der des die do dos drop drops du el em ensure for from get goal has have in is la las le
least les less los mean metric metrics mit monitor more most must na new no of on or over per reach
should target targets than that the this to total track um uma un una und under verify von with
"""
STOP = frozenset(_STOP.split())
"""Words that name no reading."""


def words(source: str) -> re.Pattern[str]:
    """Make a pattern of an alternation: Latin words whole, signs and CJK anywhere."""
    pieces = _pieces(source)
    wide = [one for one in pieces if re.search("[\u3040-\u9fff★/]", one) and not re.search("[a-z]", one)]
    latin = [one for one in pieces if one not in wide]
    return re.compile(rf"(?<!\w)(?:{'|'.join(latin) or '(?!)'})(?![a-zà-ÿ])|{'|'.join(wide) or '(?!)'}", re.IGNORECASE)


def _pieces(source: str) -> list[str]:
    """Split an alternation at its own bars, not at those in brackets."""
    found, depth = [""], 0
    for letter in source:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [one for one in found if one]
