<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\HTML\HTMLHelper;
use Joomla\CMS\Language\Text;
use Joomla\CMS\Plugin\PluginHelper;
use Leadbridge\Plugin\System\Leadbridge\Posting\Finding;
use Leadbridge\Plugin\System\Leadbridge\Wording\Explanation;

/** The state of the connection as the settings show it. */
final class Panel
{
    private const SHOWN_PARKED = 50;

    public function __construct(private readonly Wiring $wiring)
    {
    }

    /**
     * HTML, everything in it escaped.
     *
     * @param   list<Finding>|null  $findings  of a test that was just made
     * @param   string              $done      what a button did, plain text
     */
    public function html(?array $findings = null, string $done = ''): string
    {
        $ledger = $this->wiring->ledger;
        $facts = [
            'findings' => $findings,
            'done' => $done,
            'isComplete' => $this->wiring->settings->isComplete(),
            'counts' => $ledger->counts(),
            'trouble' => $ledger->lastTrouble(),
            'lastSuccess' => $ledger->lastSuccess(),
            'task' => SchedulerTask::state($this->wiring->database),
            'parked' => $ledger->parked(self::SHOWN_PARKED),
        ];

        return self::rendered($facts);
    }

    /**
     * What in the settings keeps leads from leaving; told above all tabs, so that it is seen whichever was saved.
     *
     * @return  list<string>  plain text
     */
    public function warnings(): array
    {
        $plugin = new Registered($this->wiring->database);

        return (new Warnings($this->wiring->settings))->all($plugin, HttpTransport::keepsTime());
    }

    /** What became of an attempt, from what stands in a row or in the last trouble: plain text. */
    public static function reason(string $error): string
    {
        $explanation = Explanation::ofError($error);

        return str_starts_with($error, 'fields:')
            ? Text::sprintf($explanation->key, Names::fields(explode(', ', $explanation->arguments[0])))
            : self::words($explanation);
    }

    /** An explanation in the reader's language, plain text. */
    public static function words(Explanation $explanation): string
    {
        return rtrim(Text::sprintf($explanation->key, ...$explanation->arguments), ': ');
    }

    /** A moment as people say it, with the exact time beside; HTML. */
    public static function moment(int $at): string
    {
        $utc = gmdate('Y-m-d H:i:s', $at);

        return sprintf(
            '<time datetime="%s" title="%s">%s</time>',
            gmdate('c', $at),
            self::escape(HTMLHelper::_('date', $utc, Text::_('DATE_FORMAT_LC6'))),
            self::escape(rtrim(HTMLHelper::_('date.relative', $utc, null, null, Text::_('DATE_FORMAT_LC5')), '.'))
        );
    }

    public static function escape(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES, 'UTF-8');
    }

    /** @param  array<string, mixed>  $facts */
    private static function rendered(array $facts): string
    {
        ob_start();

        try {
            (static function (array $facts): void {
                extract($facts);
                require PluginHelper::getLayoutPath('system', 'leadbridge', 'status');
            })($facts);
        } finally {
            $html = (string) ob_get_clean();
        }

        return $html;
    }
}
