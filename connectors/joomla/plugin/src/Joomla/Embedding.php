<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\CMS\Language\Text;

/** `{leadbridge form=globe-next-download}` in an article becomes the hosted form; without scripts a link to it. */
final class Embedding
{
    /** With the paragraph that editors put around it, if nothing else stands there. */
    private const MARK = '~(<p[^>]*>\s*)?\{leadbridge(?:\s|&nbsp;)+form=(?:"|\'|&quot;)?(?<form>[a-z0-9][a-z0-9_-]*)'
        . '(?:"|\'|&quot;)?\s*\}(?(1)\s*</p>)~i';

    /** Somebody meant a form, but no name of one stands there. */
    private const WRONG = '~\{leadbridge(?![\w-])[^{}]*\}~i';

    /** @param  string  $language  a tag such as de-DE */
    public function __construct(private readonly string $bridgeUrl, private readonly string $language)
    {
    }

    /** Whether such a mark stands in a text, right or wrong. */
    public static function isIn(string $text): bool
    {
        return stripos($text, '{leadbridge') !== false && preg_match(self::WRONG, $text) === 1;
    }

    /** Whether a form is to be shown in a text. */
    public static function hasForm(string $text): bool
    {
        return preg_match(self::MARK, $text) === 1;
    }

    /**
     * The text with a place for each form; site.js fills it. A mark without a form's name is shown to nobody but those
     * who can mend it.
     */
    public function shown(string $text, bool $mayEdit): string
    {
        $placed = preg_replace_callback(self::MARK, fn (array $mark): string => $this->place($mark['form']), $text);

        return (string) preg_replace_callback(
            self::WRONG,
            static fn (array $mark): string => $mayEdit ? self::hint($mark[0]) : '',
            (string) $placed
        );
    }

    /** The text without marks: for search and feeds. */
    public static function hidden(string $text): string
    {
        return (string) preg_replace([self::MARK, self::WRONG], '', $text);
    }

    /** @param  string  $mark  as it stands in the article, which is HTML */
    private static function hint(string $mark): string
    {
        $typed = html_entity_decode(strip_tags($mark), ENT_QUOTES | ENT_HTML5, 'UTF-8');

        return '<span class="alert alert-warning d-block">' . htmlspecialchars(
            Text::sprintf('PLG_SYSTEM_LEADBRIDGE_WRONG_MARK', $typed),
            ENT_QUOTES,
            'UTF-8'
        ) . '</span>';
    }

    private function place(string $form): string
    {
        $address = $this->bridgeUrl . '/forms/' . $form . '?_language=' . explode('-', $this->language)[0];

        return sprintf(
            '<div data-leadbridge-form="%s"><a href="%s">%s</a></div>',
            htmlspecialchars($form, ENT_QUOTES, 'UTF-8'),
            htmlspecialchars($address, ENT_QUOTES, 'UTF-8'),
            htmlspecialchars(Text::_('PLG_SYSTEM_LEADBRIDGE_OPEN_FORM'), ENT_QUOTES, 'UTF-8')
        );
    }
}
